output "page_url" {
  description = "Where people reach the page"
  value       = local.page_url
}

output "repository" {
  description = "Where images are pushed to"
  value       = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.repository_id}"
}

output "bucket" {
  description = "Where snapshots lie"
  value       = google_storage_bucket.snapshots.name
}

output "backups" {
  description = "Where `talentscope backup` may write to; only the runs and the project's owners read there"
  value       = "gs://${google_storage_bucket.backups.name}/"
}

output "files" {
  description = "Where a registry of your own and tables to import go"
  value       = "gs://${google_storage_bucket.files.name}/"
}

output "secrets" {
  description = "Secrets that want a value, by what they are for"
  value       = { for what, secret in google_secret_manager_secret.of : what => secret.secret_id }
}

output "build_account" {
  description = "As whom Cloud Build works"
  value       = google_service_account.of["build"].email
}

output "database" {
  description = "The connection name of Cloud SQL"
  value       = google_sql_database_instance.main.connection_name
}
