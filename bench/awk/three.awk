# Three answers from one reading: client and path by requests, clients by bytes, requests per hour.
{
  query = index($7, "?")
  requests[$1 " " (query ? substr($7, 1, query - 1) : $7)]++
  bytes[$1] += $10
  hours[substr($4, 2, 14)]++
}
END {
  sorted = "sort -rn | head -n 20"
  for (pair in requests) print requests[pair], "pair", pair | sorted
  close(sorted)
  for (client in bytes) printf "%.0f bytes %s\n", bytes[client], client | sorted
  close(sorted)
  for (hour in hours) print hours[hour], "hour", hour
}
