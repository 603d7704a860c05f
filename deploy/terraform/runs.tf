# The runs, the migration and the check of freshness are jobs of the same image; the scheduler asks what is due, and a lease
# in the desk keeps two executions from doing the same.
locals {
  runs_settings = merge(local.settings, local.registry_settings, {
    DATABASE_URL        = local.database_urls["runs"]
    GITHUB_TOKEN        = "gcp-secret://${var.project}/${google_secret_manager_secret.of["github-token"].secret_id}"
    TALENTSCOPE_CONTACT = var.contact
  })
  jobs = {
    runs = {
      account  = "runs"
      args     = ["run", "--due"]
      settings = local.runs_settings
      timeout  = "${var.run_timeout_hours * 3600}s"
      cpu      = var.run_cpu
      memory   = var.run_memory
    }
    migrate = {
      account = "migrate"
      args = [
        "migrate",
        "--loader", google_sql_user.of["runs"].name,
        "--reader", google_sql_user.of["page"].name,
      ]
      settings = merge(local.settings, { DATABASE_URL = local.database_urls["migrate"] })
      timeout  = "1800s"
      cpu      = "1"
      memory   = "1Gi"
    }
    status = { # sees what the page sees, with the page's rights, and fails when it is stale: watch.tf
      account  = "page"
      args     = ["status"]
      settings = merge(local.settings, { TALENTSCOPE_DESK_URL = local.database_urls["page"] })
      timeout  = "600s"
      cpu      = "1"
      memory   = var.page_memory # the snapshot's copy lies in it here too
    }
  }
  schedules = {
    runs = {
      description = "Asks what is due, and does it"
      at          = var.schedule
      paused      = !var.is_scheduled
    }
    status = {
      description = "Asks whether anything is stale"
      at          = "41 * * * *"
      paused      = false # whoever starts the runs, somebody must notice when they fail
    }
  }
}

resource "google_cloud_run_v2_job" "of" {
  for_each            = local.has_image ? local.jobs : {}
  name                = "${var.name}-${each.key}"
  location            = var.region
  deletion_protection = false # it holds nothing
  # The migration runs when its job is made, and Terraform waits for its end: the page refuses a desk without tables.
  # Later versions are migrated by Cloud Build.
  run_execution_token = each.key == "migrate" ? "first" : null
  depends_on = [
    google_project_service.needed,
    google_secret_manager_secret_iam_member.reader,
    google_project_iam_member.database_client,
    google_project_iam_member.database_user,
    google_storage_bucket_iam_member.files_are_read,
  ]

  template {
    task_count = 1
    template {
      service_account = google_service_account.of[each.value.account].email
      timeout         = each.value.timeout
      max_retries     = 0 # the schedule is the retry: what is still due is done by the next execution

      vpc_access {
        egress = "PRIVATE_RANGES_ONLY"
        network_interfaces {
          network    = google_compute_network.inside.id
          subnetwork = google_compute_subnetwork.inside.id
        }
      }

      containers {
        image = var.image
        args  = each.value.args

        resources {
          limits = { cpu = each.value.cpu, memory = each.value.memory }
        }

        dynamic "env" {
          for_each = each.value.settings
          content {
            name  = env.key
            value = env.value
          }
        }

        dynamic "volume_mounts" {
          for_each = each.key == "runs" ? ["files"] : []
          content {
            name       = volume_mounts.value
            mount_path = "/files"
          }
        }
      }

      dynamic "volumes" { # tables to import come from here too
        for_each = each.key == "runs" ? ["files"] : []
        content {
          name = volumes.value
          gcs {
            bucket    = google_storage_bucket.files.name
            read_only = true
          }
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [template[0].template[0].containers[0].image, run_execution_token, client, client_version]
  }
}

resource "google_cloud_run_v2_job_iam_member" "schedule_starts" {
  for_each = local.has_image ? local.schedules : {}
  name     = google_cloud_run_v2_job.of[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.of["schedule"].member
}

resource "google_cloud_scheduler_job" "of" {
  for_each         = local.has_image ? local.schedules : {}
  name             = "${var.name}-${each.key}"
  region           = var.region
  description      = each.value.description
  schedule         = each.value.at
  paused           = each.value.paused
  time_zone        = "Etc/UTC"
  attempt_deadline = "60s"

  retry_config {
    retry_count          = 3
    min_backoff_duration = "10s"
  }

  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/${google_cloud_run_v2_job.of[each.key].id}:run"
    oauth_token {
      service_account_email = google_service_account.of["schedule"].email
    }
  }
}
