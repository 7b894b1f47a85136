# Requests per hour: `[05/Nov/2026:10:31:02` is cut after the hour.
{ requests[substr($4, 2, 14)]++ }
END { for (hour in requests) print requests[hour], "hour", hour }
