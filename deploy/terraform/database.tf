# Warehouse and desk. People and programs sign in by IAM: there is no password to keep.
resource "google_sql_database_instance" "main" {
  # checkov:skip=CKV_GCP_6: ssl_mode ENCRYPTED_ONLY is what that rule means; client certificates are made by the connector
  # checkov:skip=CKV_GCP_55: every statement would be logged, with personal data in it
  # checkov:skip=CKV_GCP_79: 18 is the version that the tests run on; a newer one is taken after they have run on it
  # checkov:skip=CKV_GCP_109: the server's default level is error already
  # checkov:skip=CKV2_GCP_13: durations of statements are in Query Insights
  name                = var.name
  region              = var.region
  database_version    = "POSTGRES_18"
  deletion_protection = var.deletion_protection
  depends_on          = [google_service_networking_connection.database]

  settings {
    edition                     = "ENTERPRISE"
    tier                        = var.database_tier
    availability_type           = var.database_availability
    disk_type                   = "PD_SSD"
    disk_size                   = 10
    disk_autoresize             = true
    disk_autoresize_limit       = 200
    deletion_protection_enabled = var.deletion_protection
    connector_enforcement       = "REQUIRED"

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.inside.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      start_time                     = "03:30"
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
      backup_retention_settings {
        retained_backups = 14
      }
    }

    maintenance_window {
      day  = 7
      hour = 4
    }

    insights_config {
      query_insights_enabled = true
    }

    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }
    database_flags {
      name  = "cloudsql.enable_pgaudit"
      value = "on"
    }
    database_flags {
      name  = "pgaudit.log"
      value = "ddl,role" # no statement with personal data in it
    }
    database_flags {
      name  = "log_checkpoints"
      value = "on"
    }
    database_flags {
      name  = "log_connections"
      value = "on"
    }
    database_flags {
      name  = "log_disconnections"
      value = "on"
    }
    database_flags {
      name  = "log_hostname"
      value = "on"
    }
    database_flags {
      name  = "log_lock_waits"
      value = "on"
    }
    database_flags {
      name  = "log_min_messages"
      value = "error"
    }
    database_flags {
      name  = "log_statement"
      value = "ddl"
    }
    database_flags {
      name  = "log_temp_files"
      value = "0"
    }
  }
}

resource "google_sql_database" "main" {
  name     = "talentscope"
  instance = google_sql_database_instance.main.name
}

# Who migrates owns the desk and gives rights; the runs make the warehouse themselves, the page only reads the desk.
resource "google_sql_user" "of" {
  for_each       = local.database_accounts
  instance       = google_sql_database_instance.main.name
  name           = trimsuffix(google_service_account.of[each.key].email, ".gserviceaccount.com")
  type           = "CLOUD_IAM_SERVICE_ACCOUNT"
  database_roles = each.key == "migrate" ? ["cloudsqlsuperuser"] : null
}

locals {
  # One address for each account: cloudsql://project:region:instance/database?user=…
  database_urls = {
    for who, user in google_sql_user.of :
    who => "cloudsql://${google_sql_database_instance.main.connection_name}/${google_sql_database.main.name}?user=${urlencode(user.name)}&ip=private"
  }
}
