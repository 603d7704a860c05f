output "open_the_page" {
  description = "Leave this running, and open http://localhost:8080"
  value       = "gcloud compute ssh ${google_compute_instance.machine.name} --project ${var.project} --zone ${google_compute_instance.machine.zone} --tunnel-through-iap -- -N -L 8080:localhost:8080"
}

output "repository" {
  description = "Where the image is pushed to"
  value       = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.repository_id}"
}
