# Requests per client and path, and the twenty largest. The path ends at the question mark.
{
  query = index($7, "?")
  requests[$1 " " (query ? substr($7, 1, query - 1) : $7)]++
}
END {
  sorted = "sort -rn | head -n 20"
  for (pair in requests) print requests[pair], "pair", pair | sorted
  close(sorted)
}
