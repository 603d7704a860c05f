variable "project" {
  description = "The id of the Google Cloud project"
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "Expected the id of a project, such as talent-123456, not its name or number."
  }
}

variable "region" {
  description = "Where everything runs and lies; personal data stays there"
  type        = string
  default     = "europe-west1"
  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Expected a region, such as europe-west1, not a zone."
  }
}

variable "name" {
  description = "What all names begin with"
  type        = string
  default     = "talentscope"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,19}$", var.name))
    error_message = "Expected 3 to 20 small letters, digits and hyphens."
  }
}

variable "image" {
  description = "The image to run, by digest or tag. Empty: everything but page and jobs is made, so that there is a registry to push to"
  type        = string
  default     = ""
}

variable "contact" {
  description = "A mail address or URL that GitHub and other sources can reach you by (TALENTSCOPE_CONTACT)"
  type        = string
  validation {
    condition     = length(var.contact) > 3
    error_message = "The SEC refuses whoever gives no contact: expected a mail address or URL."
  }
}

variable "controller" {
  description = "Who answers for the data, on the privacy page: name and address (TALENTSCOPE_CONTROLLER)"
  type        = string
  default     = ""
}

variable "members" {
  description = "Who may open the page: group:team@example.org, user:ada@example.org or domain:example.org"
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for member in var.members : can(regex("^(group|user|domain):.+", member))])
    error_message = "Expected group:, user: or domain: before each. allUsers would open the page to everybody, and is refused."
  }
}

variable "default_role" {
  description = "The role of whom IAP lets in and the file of users does not name: reader, recruiter or operator"
  type        = string
  default     = "reader"
  validation {
    condition     = contains(["reader", "recruiter", "operator"], var.default_role)
    error_message = "Expected reader, recruiter or operator."
  }
}

variable "users_version" {
  description = "The version of the secret NAME-users that holds users.yaml (docs/sign-in.md); empty: everybody has the default role"
  type        = string
  default     = ""
}

variable "registry" {
  description = "A registry of companies of your own (docs/registry.md): its name in the bucket NAME-files; empty: the shipped one"
  type        = string
  default     = ""
}

variable "public_url" {
  description = "Where people reach the page, if not at its run.app address"
  type        = string
  default     = ""
  validation {
    condition     = var.public_url == "" || startswith(var.public_url, "https://")
    error_message = "Expected https:// and a host."
  }
}

variable "schedule" {
  description = "When the scheduler asks what is due, in UTC; an execution that finds nothing due ends within seconds"
  type        = string
  default     = "*/15 * * * *"
}

variable "is_scheduled" {
  description = "Whether that scheduler is at work; false where something else starts the runs, such as Airflow (docs/airflow.md)"
  type        = bool
  default     = true
}

variable "run_timeout_hours" {
  description = "How long one execution may take (a sweep has twenty hours); it is then asked to end, and the next goes on"
  type        = number
  default     = 21
  validation {
    condition     = var.run_timeout_hours >= 1 && var.run_timeout_hours <= 24
    error_message = "Expected 1 to 24 hours."
  }
}

variable "run_cpu" {
  description = "Processors of a run"
  type        = string
  default     = "1"
}

variable "run_memory" {
  description = "Memory of a run, data directory included, since it lies in memory"
  type        = string
  default     = "2Gi"
}

variable "page_cpu" {
  description = "Processors of an instance of the page"
  type        = string
  default     = "1"
}

variable "page_memory" {
  description = "Memory of an instance of the page, its copy of the snapshot included"
  type        = string
  default     = "1Gi"
}

variable "page_instances_min" {
  description = "Instances that wait for visitors: 0 costs nothing and answers the first one after a cold start"
  type        = number
  default     = 0
}

variable "page_instances_max" {
  description = "Instances at most. Limits and attempts to sign in are counted in each by itself"
  type        = number
  default     = 2
}

variable "database_tier" {
  description = "Machine of Cloud SQL: db-f1-micro is the smallest and has no service level; db-custom-1-3840 is the smallest that has"
  type        = string
  default     = "db-f1-micro"
}

variable "database_availability" {
  description = "ZONAL, or REGIONAL for a standby in another zone at twice the price"
  type        = string
  default     = "ZONAL"
  validation {
    condition     = contains(["ZONAL", "REGIONAL"], var.database_availability)
    error_message = "Expected ZONAL or REGIONAL."
  }
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the database and the page"
  type        = bool
  default     = true
}

variable "billing_account" {
  description = "The billing account, for a budget alert (012345-6789AB-CDEF01); empty: no budget"
  type        = string
  default     = ""
}

variable "budget" {
  description = "Money a month, in the currency of the billing account, at half, nine tenths and all of which a mail is sent"
  type        = number
  default     = 30
}

variable "alert_email" {
  description = "Whom alerts are sent to; empty: nobody"
  type        = string
  default     = ""
}
