# Within Google's free tier: one e2-micro machine that runs `talentscope up` in the container, facts and desk on its disk.
# Nobody reaches it but by SSH through IAP, so no sign-in is needed and no domain, and no organisation either.
# What that carries, and what not: docs/google-cloud.md.
terraform {
  required_version = ">= 1.9, < 2.0"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.7"
    }
  }
  backend "gcs" {
    prefix = "talentscope-free"
  }
}

provider "google" {
  project        = var.project
  region         = var.region
  default_labels = { app = var.name }
}

resource "google_project_service" "needed" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "iam.googleapis.com",
    "iap.googleapis.com",
    "secretmanager.googleapis.com",
    "serviceusage.googleapis.com",
    "storage.googleapis.com",
  ])
  service            = each.value
  disable_on_destroy = false
}

resource "google_service_account" "machine" {
  account_id   = "${var.name}-machine"
  display_name = "Runs talentscope on the free machine"
  depends_on   = [google_project_service.needed]
}

resource "google_artifact_registry_repository" "images" {
  # checkov:skip=CKV_GCP_84: images hold no data of anybody, only published code
  repository_id          = var.name
  location               = var.region
  format                 = "DOCKER"
  description            = "Images of talentscope"
  cleanup_policy_dry_run = false
  cleanup_policies {
    id     = "keep the last one: half a gigabyte is free"
    action = "KEEP"
    most_recent_versions {
      keep_count = 1
    }
  }
  cleanup_policies {
    id     = "delete the others after a day"
    action = "DELETE"
    condition {
      older_than = "86400s"
      tag_state  = "ANY"
    }
  }
  depends_on = [google_project_service.needed]
}

resource "google_artifact_registry_repository_iam_member" "machine_pulls" {
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.machine.member
}

resource "google_secret_manager_secret" "of" {
  # checkov:skip=CKV_GCP_152: a key of one's own costs money, and this is the free way
  for_each  = toset(["github-token", "desk-key"])
  secret_id = "${var.name}-${each.value}"
  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
  depends_on = [google_project_service.needed]
}

resource "google_secret_manager_secret_iam_member" "machine_reads" {
  for_each  = google_secret_manager_secret.of
  secret_id = each.value.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.machine.member
}

# Who builds the image: reads its sources, pushes, writes its log, and may do nothing else.
resource "google_service_account" "build" {
  account_id   = "${var.name}-build"
  display_name = "Builds and pushes the image"
  depends_on   = [google_project_service.needed]
}

resource "google_storage_bucket" "sources" {
  # checkov:skip=CKV_GCP_62: it holds published code for a day
  # checkov:skip=CKV_GCP_78: each archive has a name of its own
  name                        = "${var.project}-${var.name}-sources"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = 1
    }
  }
  depends_on = [google_project_service.needed]
}

resource "google_storage_bucket_iam_member" "build_reads" {
  bucket = google_storage_bucket.sources.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.build.member
}

resource "google_artifact_registry_repository_iam_member" "build_pushes" {
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}

resource "google_project_iam_member" "build_logs" {
  project = var.project
  role    = "roles/logging.logWriter"
  member  = google_service_account.build.member
}
