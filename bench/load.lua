-- Asks for the paths of a file (its first argument), each thread from a place of its own on. What
-- follows a path after a tab is the cookie it is asked with.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  requests, place = {}, 0
  for line in io.lines(arguments[1]) do
    local path, cookie = line:match("^([^\t]+)\t?(.*)$")
    local headers = wrk.headers
    if cookie ~= "" then
      headers = { ["Accept-Encoding"] = "gzip", ["Cookie"] = cookie }
    end
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
  place = math.floor(#requests * number / 2)
end

function request()
  place = place % #requests + 1
  return requests[place]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'FIGURES {"answers": %d, "microseconds": %d, "p50": %d, "p99": %d, "failed": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
