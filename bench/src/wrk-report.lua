-- For wrk. Given an argument, each connection waits so many milliseconds before each request. Prints one line of JSON after wrk's own report.
local pause = 0

function init(args)
  pause = tonumber(args[1]) or 0
  if pause > 0 then
    delay = function() return pause end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f,"failed":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
