resource "google_compute_network" "inside" {
  name                    = var.name
  auto_create_subnetworks = false
  depends_on              = [google_project_service.needed]
}

resource "google_compute_subnetwork" "inside" {
  # checkov:skip=CKV_GCP_26: flow logs of one machine that nobody can reach would cost more than it
  # checkov:skip=CKV_GCP_76: that rule is about IPv6, and the network has IPv4 only
  name                     = var.name
  network                  = google_compute_network.inside.id
  region                   = var.region
  ip_cidr_range            = "10.30.0.0/24"
  private_ip_google_access = true
}

resource "google_compute_firewall" "ssh_through_iap" {
  name          = "${var.name}-ssh-through-iap"
  network       = google_compute_network.inside.id
  direction     = "INGRESS"
  source_ranges = ["35.235.240.0/20"] # IAP's own, https://cloud.google.com/iap/docs/using-tcp-forwarding
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}

# Ten gigabytes for the system and twenty for the data: thirty are free.
resource "google_compute_disk" "data" {
  # checkov:skip=CKV_GCP_37: Google's own keys suit this; one's own cost money, and this is the free way
  name       = "${var.name}-data"
  zone       = "${var.region}-${var.zone}"
  type       = "pd-standard"
  size       = 20
  depends_on = [google_project_service.needed]
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_compute_instance" "machine" {
  # checkov:skip=CKV_GCP_38: Google's own keys suit this; one's own cost money, and this is the free way
  # checkov:skip=CKV_GCP_40: an address is how the machine reaches GitHub without a NAT, which is not free; the firewall lets nothing in by it
  name                      = var.name
  zone                      = "${var.region}-${var.zone}"
  machine_type              = "e2-micro"
  allow_stopping_for_update = true
  depends_on                = [google_secret_manager_secret_iam_member.machine_reads]

  boot_disk {
    initialize_params {
      image = "projects/cos-cloud/global/images/family/cos-stable"
      size  = 10
      type  = "pd-standard"
    }
  }

  attached_disk {
    source      = google_compute_disk.data.id
    device_name = "data"
  }

  network_interface {
    subnetwork = google_compute_subnetwork.inside.id
    access_config {
      network_tier = "STANDARD"
    }
  }

  service_account {
    email  = google_service_account.machine.email
    scopes = ["cloud-platform"] # what it may do is said by its roles
  }

  shielded_instance_config {
    enable_secure_boot          = true
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }

  metadata = {
    enable-oslogin         = "TRUE"
    block-project-ssh-keys = "TRUE"
    user-data = templatefile("${path.module}/machine.yaml", {
      registry = "${var.region}-docker.pkg.dev"
      image    = "${var.region}-docker.pkg.dev/${var.project}/${var.name}/talentscope:latest"
      settings = {
        GITHUB_TOKEN          = "gcp-secret://${var.project}/${google_secret_manager_secret.of["github-token"].secret_id}"
        TALENTSCOPE_DESK_KEY  = "gcp-secret://${var.project}/${google_secret_manager_secret.of["desk-key"].secret_id}"
        TALENTSCOPE_CONTACT   = var.contact
        TALENTSCOPE_LOG_LEVEL = "info"
      }
    })
  }
}

# Who may come in by SSH is said here, for this machine alone.
resource "google_iap_tunnel_instance_iam_member" "people" {
  for_each = toset(var.members)
  zone     = google_compute_instance.machine.zone
  instance = google_compute_instance.machine.name
  role     = "roles/iap.tunnelResourceAccessor"
  member   = each.value
}

resource "google_compute_instance_iam_member" "people" {
  for_each      = toset(var.members)
  zone          = google_compute_instance.machine.zone
  instance_name = google_compute_instance.machine.name
  role          = "roles/compute.osLogin"
  member        = each.value
}

resource "google_service_account_iam_member" "people_log_in" {
  for_each           = toset(var.members)
  service_account_id = google_service_account.machine.name
  role               = "roles/iam.serviceAccountUser"
  member             = each.value
}
