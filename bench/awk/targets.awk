# Requests per client and target as it was sent, with the query: the usual one-liner.
{ requests[$1 " " $7]++ }
END {
  sorted = "sort -rn | head -n 20"
  for (target in requests) print requests[target], "target", target | sorted
  close(sorted)
}
