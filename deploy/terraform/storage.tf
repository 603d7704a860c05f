# Snapshots that the page reads, backups that it must not, sources of builds, and the images.
resource "google_storage_bucket" "snapshots" {
  # checkov:skip=CKV_GCP_62: Cloud Audit Logs tell who read; access logs would need a second bucket
  # checkov:skip=CKV_GCP_78: a snapshot has a new name each time and can be published again; old versions would keep people who asked to be erased
  name                        = "${var.project}-${var.name}-snapshots"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  versioning {
    enabled = false
  }
  soft_delete_policy {
    retention_duration_seconds = 0 # erased is erased
  }
  lifecycle_rule { # an upload that died half-way is paid for until somebody ends it
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 1
    }
  }
  depends_on = [google_project_service.needed]
}

# A bucket of its own: whoever reads a backup reads the whole desk. (Rights by prefix would not do: who may not list is told
# 403 where nothing was published yet, and the page must tell that from a trouble.)
resource "google_storage_bucket" "backups" {
  # checkov:skip=CKV_GCP_62: Cloud Audit Logs tell who read; access logs would need another bucket
  # checkov:skip=CKV_GCP_78: a backup has a new name each time; old versions would keep people who asked to be erased
  name                        = "${var.project}-${var.name}-backups"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  soft_delete_policy {
    retention_duration_seconds = 0 # erased is erased
  }
  lifecycle_rule { # a backup holds people as they were: no longer than retention (docs/backup.md)
    action {
      type = "Delete"
    }
    condition {
      age = 90
    }
  }
  depends_on = [google_project_service.needed]
}

# What people give to the runs: a registry of their own, tables to import. Page and runs see it as the folder /files.
resource "google_storage_bucket" "files" {
  # checkov:skip=CKV_GCP_62: it holds facts about companies, of nobody else
  name                        = "${var.project}-${var.name}-files"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  versioning {
    enabled = true # a registry that was overwritten can be had again
  }
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      num_newer_versions = 10
    }
  }
  depends_on = [google_project_service.needed]
}

resource "google_storage_bucket_iam_member" "files_are_read" {
  for_each = toset(["page", "runs"])
  bucket   = google_storage_bucket.files.name
  role     = "roles/storage.objectViewer"
  member   = google_service_account.of[each.value].member
}

# What a build was sent. Apart from Terraform's state, which the build has no business to read.
resource "google_storage_bucket" "sources" {
  # checkov:skip=CKV_GCP_62: it holds published code for a week
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
      age = 7
    }
  }
  depends_on = [google_project_service.needed]
}

resource "google_storage_bucket_iam_member" "page_reads" {
  bucket = google_storage_bucket.snapshots.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.of["page"].member
}

resource "google_storage_bucket_iam_member" "runs_write" {
  bucket = google_storage_bucket.snapshots.name
  role   = "roles/storage.objectUser"
  member = google_service_account.of["runs"].member
}

resource "google_storage_bucket_iam_member" "runs_back_up" {
  bucket = google_storage_bucket.backups.name
  role   = "roles/storage.objectUser"
  member = google_service_account.of["runs"].member
}

resource "google_storage_bucket_iam_member" "build_reads" {
  bucket = google_storage_bucket.sources.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.of["build"].member
}

resource "google_artifact_registry_repository" "images" {
  # checkov:skip=CKV_GCP_84: images hold no data of anybody, only published code
  repository_id          = var.name
  location               = var.region
  format                 = "DOCKER"
  description            = "Images of talentscope"
  cleanup_policy_dry_run = false
  cleanup_policies {
    id     = "keep the last three"
    action = "KEEP"
    most_recent_versions {
      keep_count = 3
    }
  }
  cleanup_policies {
    id     = "delete what is older than two weeks"
    action = "DELETE"
    condition {
      older_than = "1209600s"
      tag_state  = "ANY"
    }
  }
  depends_on = [google_project_service.needed]
}

resource "google_artifact_registry_repository_iam_member" "build_pushes" {
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.of["build"].member
}
