# Only the places. Values are added by hand (docs/google-cloud.md), so none is in a plan or in the state; the program reads
# them when it needs them, and a new version of the token is used within minutes, without a restart.
locals {
  secrets = {
    github-token = ["runs"]
    desk-key     = ["page", "runs", "migrate"]
    users        = ["page"]
  }
  secret_readers = merge([
    for secret, readers in local.secrets : { for reader in readers : "${secret}-${reader}" => { secret = secret, reader = reader } }
  ]...)
}

resource "google_secret_manager_secret" "of" {
  # checkov:skip=CKV_GCP_152: the suppressions of people are hashed by the desk key; Google's own keys suit the rest
  for_each            = local.secrets
  secret_id           = "${var.name}-${each.key}"
  deletion_protection = var.deletion_protection
  version_destroy_ttl = "86400s" # a day to think again: with the desk key all suppressions would be lost
  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
  depends_on = [google_project_service.needed]
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each  = local.secret_readers
  secret_id = google_secret_manager_secret.of[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.of[each.value.reader].member
}
