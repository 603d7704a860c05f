# The page and the API. Nobody gets to it but through IAP, which lets in who is in var.members; the program then believes only
# IAP's signed word. It starts no runs, and has no token.
locals {
  has_image   = var.image != ""
  page_name   = "${var.name}-page"
  default_url = "https://${local.page_name}-${data.google_project.here.number}.${var.region}.run.app"
  page_url    = var.public_url == "" ? local.default_url : var.public_url

  # What page and jobs share. A secret is named, never given.
  settings = {
    GOOGLE_CLOUD_PROJECT  = var.project        # a line of the log then finds its trace
    TALENTSCOPE_HOME      = "/tmp/talentscope" # nothing that must last lies there
    TALENTSCOPE_SNAPSHOTS = "gs://${google_storage_bucket.snapshots.name}/snapshots"
    TALENTSCOPE_DESK_KEY  = "gcp-secret://${var.project}/${google_secret_manager_secret.of["desk-key"].secret_id}"
  }
  registry_settings = var.registry == "" ? {} : { TALENTSCOPE_REGISTRY = "/files/${var.registry}" }
  page_settings = merge(local.settings, local.registry_settings, {
    TALENTSCOPE_DESK_URL        = local.database_urls["page"]
    TALENTSCOPE_SIGN_IN         = "iap"
    TALENTSCOPE_IAP_AUDIENCE    = "/projects/${data.google_project.here.number}/locations/${var.region}/services/${local.page_name}"
    TALENTSCOPE_PUBLIC_URL      = local.page_url
    TALENTSCOPE_TRUSTED_PROXIES = "*" # nobody but Google's front end can connect
    TALENTSCOPE_DEFAULT_ROLE    = var.default_role
    TALENTSCOPE_CONTROLLER      = var.controller
    TALENTSCOPE_PAGE_RUNS       = "false"
  }, var.users_version == "" ? {} : { TALENTSCOPE_USERS = "/etc/talentscope/users.yaml" })
  page_folders = merge(
    var.users_version == "" ? {} : { users = "/etc/talentscope" },
    var.registry == "" ? {} : { files = "/files" },
  )
}

resource "google_cloud_run_v2_service" "page" {
  count                = local.has_image ? 1 : 0
  name                 = local.page_name
  location             = var.region
  ingress              = "INGRESS_TRAFFIC_ALL"
  iap_enabled          = true
  invoker_iam_disabled = false
  deletion_protection  = var.deletion_protection
  depends_on = [
    google_project_service.needed,
    google_secret_manager_secret_iam_member.reader,
    google_project_iam_member.database_client,
    google_project_iam_member.database_user,
    google_cloud_run_v2_job.of, # the migration among them
    google_storage_bucket_iam_member.files_are_read,
  ]

  template {
    service_account                  = google_service_account.of["page"].email
    timeout                          = "300s" # an export of everybody
    max_instance_request_concurrency = 40
    session_affinity                 = true
    execution_environment            = var.registry == "" ? null : "EXECUTION_ENVIRONMENT_GEN2" # a bucket as a folder needs it

    scaling {
      min_instance_count = var.page_instances_min
      max_instance_count = var.page_instances_max
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network    = google_compute_network.inside.id
        subnetwork = google_compute_subnetwork.inside.id
      }
    }

    containers {
      image = var.image
      args  = ["serve", "--host", "0.0.0.0"]

      ports {
        container_port = 8080
      }

      resources {
        limits            = { cpu = var.page_cpu, memory = var.page_memory }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = local.page_settings
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "volume_mounts" {
        for_each = local.page_folders
        content {
          name       = volume_mounts.key
          mount_path = volume_mounts.value
        }
      }

      startup_probe {
        period_seconds    = 2
        timeout_seconds   = 2
        failure_threshold = 60
        http_get {
          path = "/healthz"
        }
      }

      liveness_probe {
        period_seconds    = 30
        timeout_seconds   = 5
        failure_threshold = 3
        http_get {
          path = "/healthz"
        }
      }
    }

    dynamic "volumes" {
      for_each = var.users_version == "" ? [] : ["users"]
      content {
        name = volumes.value
        secret {
          secret       = google_secret_manager_secret.of["users"].secret_id
          default_mode = 292 # 0444: the program is not root
          items {
            path    = "users.yaml"
            version = var.users_version
          }
        }
      }
    }

    dynamic "volumes" {
      for_each = var.registry == "" ? [] : ["files"]
      content {
        name = volumes.value
        gcs {
          bucket    = google_storage_bucket.files.name
          read_only = true
        }
      }
    }
  }

  lifecycle {
    # Cloud Build rolls out images and moves traffic
    ignore_changes = [template[0].containers[0].image, template[0].revision, traffic, client, client_version]
  }
}

# IAP itself is the only one that may call the service. Its account is there once it was asked for (`make deploy` does).
resource "google_cloud_run_v2_service_iam_member" "iap_calls" {
  count    = local.has_image ? 1 : 0
  name     = google_cloud_run_v2_service.page[0].name
  location = var.region
  role     = "roles/run.invoker"
  member   = "serviceAccount:service-${data.google_project.here.number}@gcp-sa-iap.iam.gserviceaccount.com"
}

resource "google_iap_web_cloud_run_service_iam_member" "people" {
  for_each               = local.has_image ? toset(var.members) : toset([])
  location               = var.region
  cloud_run_service_name = google_cloud_run_v2_service.page[0].name
  role                   = "roles/iap.httpsResourceAccessor"
  member                 = each.value
}
