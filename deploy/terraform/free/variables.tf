variable "project" {
  description = "The id of the Google Cloud project"
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "Expected the id of a project, such as talent-123456, not its name or number."
  }
}

variable "region" {
  description = "Where the machine stands; only three regions are in the free tier"
  type        = string
  default     = "us-central1"
  validation {
    condition     = contains(["us-central1", "us-east1", "us-west1"], var.region)
    error_message = "The free tier is in us-central1, us-east1 and us-west1 only."
  }
}

variable "zone" {
  description = "The letter of the zone in the region"
  type        = string
  default     = "b"
}

variable "name" {
  description = "What all names begin with"
  type        = string
  default     = "talentscope"
}

variable "contact" {
  description = "A mail address or URL that GitHub and other sources can reach you by (TALENTSCOPE_CONTACT)"
  type        = string
  validation {
    condition     = length(var.contact) > 3
    error_message = "The SEC refuses whoever gives no contact: expected a mail address or URL."
  }
}

variable "members" {
  description = "Who may reach the page through SSH: user:ada@example.org"
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for member in var.members : can(regex("^(group|user|domain):.+", member))])
    error_message = "Expected group:, user: or domain: before each."
  }
}
