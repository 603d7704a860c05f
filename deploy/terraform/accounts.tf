# One account for each kind of work, with what that work needs and nothing else.
locals {
  accounts = {
    page     = "Serves the page and checks freshness: reads snapshots, keeps people's own work"
    runs     = "Collects: writes facts and snapshots"
    migrate  = "Brings the database up to date; owns the desk"
    schedule = "Starts the runs and the check of freshness, and may do nothing else"
    build    = "Builds, pushes and rolls out"
  }
  database_accounts = toset(["page", "runs", "migrate"])
}

resource "google_service_account" "of" {
  for_each     = local.accounts
  account_id   = "${var.name}-${each.key}"
  display_name = each.value
  depends_on   = [google_project_service.needed]
}

resource "google_project_iam_member" "database_client" {
  for_each = local.database_accounts
  project  = var.project
  role     = "roles/cloudsql.client"
  member   = google_service_account.of[each.key].member
}

resource "google_project_iam_member" "database_user" {
  for_each = local.database_accounts
  project  = var.project
  role     = "roles/cloudsql.instanceUser"
  member   = google_service_account.of[each.key].member
}

resource "google_project_iam_member" "build" {
  for_each = toset(["roles/logging.logWriter", "roles/run.developer"])
  project  = var.project
  role     = each.value
  member   = google_service_account.of["build"].member
}

# To roll out a revision that runs as somebody, one must be allowed to act as them.
resource "google_service_account_iam_member" "build_acts_as" {
  for_each           = local.database_accounts
  service_account_id = google_service_account.of[each.key].name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.of["build"].member
}
