# The database has no public address: page and jobs reach it through a network of its own. GitHub and the other sources are
# reached directly, so nothing is paid for a NAT.
resource "google_compute_network" "inside" {
  # checkov:skip=CKV2_GCP_18: no machine stands in this network and no firewall rule lets anything in; Cloud Run only goes out
  name                    = var.name
  auto_create_subnetworks = false
  depends_on              = [google_project_service.needed]
}

resource "google_compute_subnetwork" "inside" {
  # checkov:skip=CKV_GCP_26: only the database is reached through it, and Cloud SQL logs its connections; flow logs cost more than the database
  # checkov:skip=CKV_GCP_76: that rule is about IPv6, and the network has IPv4 only
  name                     = var.name
  network                  = google_compute_network.inside.id
  region                   = var.region
  ip_cidr_range            = "10.20.0.0/24"
  private_ip_google_access = true
}

resource "google_compute_global_address" "database" {
  name          = "${var.name}-database"
  network       = google_compute_network.inside.id
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  prefix_length = 24
}

resource "google_service_networking_connection" "database" {
  network                 = google_compute_network.inside.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.database.name]
}
