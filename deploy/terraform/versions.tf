terraform {
  required_version = ">= 1.9, < 2.0"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.7" # names were checked against 8.7.0: tests/integration/test_deploy_lint.py
    }
  }
  backend "gcs" {
    prefix = "talentscope" # the bucket is given by `make deploy`
  }
}

provider "google" {
  project               = var.project
  region                = var.region
  user_project_override = true # budgets are billed to a project like any other call
  billing_project       = var.project
  default_labels        = { app = var.name }
}

# Read when planning already: `make deploy` switches on what answers it.
data "google_project" "here" {
  project_id = var.project
}
