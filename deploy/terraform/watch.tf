# Who is told when money or freshness runs out. More rules, for Prometheus: deploy/observability/.
locals {
  has_budget = var.billing_account != ""
  channels   = [for channel in google_monitoring_notification_channel.mail : channel.id]
}

resource "google_monitoring_notification_channel" "mail" {
  count        = var.alert_email == "" ? 0 : 1
  display_name = "${var.name}: mail"
  type         = "email"
  labels       = { email_address = var.alert_email }
  depends_on   = [google_project_service.needed]
}

resource "google_billing_budget" "month" {
  count           = local.has_budget ? 1 : 0
  billing_account = var.billing_account
  display_name    = "${var.name} a month"

  budget_filter {
    projects        = ["projects/${data.google_project.here.number}"]
    calendar_period = "MONTH"
  }
  amount {
    specified_amount {
      units = tostring(var.budget)
    }
  }
  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]
    content {
      threshold_percent = threshold_rules.value
    }
  }
  threshold_rules {
    threshold_percent = 1.0
    spend_basis       = "FORECASTED_SPEND"
  }
  dynamic "all_updates_rule" {
    for_each = length(local.channels) > 0 ? [local.channels] : []
    content {
      monitoring_notification_channels = all_updates_rule.value
    }
  }
  depends_on = [google_project_service.needed]
}

# Whether executions of the runs end well says nothing: after one that failed the next finds nothing due, and ends well.
resource "google_monitoring_alert_policy" "stale" {
  count                 = local.has_image ? 1 : 0
  display_name          = "${var.name}: something is stale"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "talentscope status ended with 1"
    condition_threshold {
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      filter = join(" AND ", [
        "resource.type = \"cloud_run_job\"",
        "resource.labels.job_name = \"${google_cloud_run_v2_job.of["status"].name}\"",
        "metric.type = \"run.googleapis.com/job/completed_execution_count\"",
        "metric.labels.result = \"failed\"",
      ])
      aggregations {
        alignment_period     = "3600s"
        per_series_aligner   = "ALIGN_SUM"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }
  conditions {
    display_name = "nobody asked for three hours"
    condition_absent {
      duration = "10800s"
      filter = join(" AND ", [
        "resource.type = \"cloud_run_job\"",
        "resource.labels.job_name = \"${google_cloud_run_v2_job.of["status"].name}\"",
        "metric.type = \"run.googleapis.com/job/completed_execution_count\"",
      ])
      aggregations {
        alignment_period     = "3600s"
        per_series_aligner   = "ALIGN_SUM"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }
  documentation {
    content = "The log of ${var.name}-status says what, and the way out. Then: gcloud run jobs executions list --job ${var.name}-runs"
  }
}

resource "google_monitoring_alert_policy" "page_fails" {
  count                 = local.has_image ? 1 : 0
  display_name          = "${var.name}: the page fails"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels

  conditions {
    display_name = "more than five answers in ten minutes were 5xx"
    condition_threshold {
      comparison      = "COMPARISON_GT"
      threshold_value = 5
      duration        = "0s"
      filter = join(" AND ", [
        "resource.type = \"cloud_run_revision\"",
        "resource.labels.service_name = \"${local.page_name}\"",
        "metric.type = \"run.googleapis.com/request_count\"",
        "metric.labels.response_code_class = \"5xx\"",
      ])
      aggregations {
        alignment_period     = "600s"
        per_series_aligner   = "ALIGN_SUM"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }
}

resource "google_monitoring_alert_policy" "database_is_full" {
  display_name          = "${var.name}: the database's disk is nearly full"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels
  depends_on            = [google_project_service.needed]

  conditions {
    display_name = "nine tenths used"
    condition_threshold {
      comparison      = "COMPARISON_GT"
      threshold_value = 0.9
      duration        = "900s"
      filter = join(" AND ", [
        "resource.type = \"cloudsql_database\"",
        "resource.labels.database_id = \"${var.project}:${google_sql_database_instance.main.name}\"",
        "metric.type = \"cloudsql.googleapis.com/database/disk/utilization\"",
      ])
      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_MEAN"
      }
    }
  }
}
