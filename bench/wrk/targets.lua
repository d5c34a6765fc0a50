-- Asks for random lines of a file of requests, each with its own token, and tells what came of it
-- as one line of JSON.
--
--   wrk ... -s targets.lua URL -- targets.tsv tokens.txt [threads]
--
-- A line of targets.tsv: method, path, place in tokens.txt from 1 (0: none), body (may be empty).
-- With the number of threads, which must be that of -t: asks for each line once, and then for no more.

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", os.time() * 31 + threads * 7919)
  thread:set("turn", threads)
end

local heads, tails = {}, {}
local count = 0
local step = nil

function init(args)
  local tokens = {}
  for token in io.lines(args[2]) do tokens[#tokens + 1] = token end
  local host = wrk.headers["Host"] or (wrk.host .. ":" .. wrk.port)
  local shared = {}
  for line in io.lines(args[1]) do
    local method, path, token, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local key = token .. "\t" .. body
    local tail = shared[key]
    if not tail then
      tail = " HTTP/1.1\r\nHost: " .. host .. "\r\n"
      if token ~= "0" then
        tail = tail .. "Authorization: Bearer " .. tokens[tonumber(token)] .. "\r\n"
      end
      if body ~= "" then
        tail = tail .. "Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n"
      end
      tail = tail .. "\r\n" .. body
      if body == "" then shared[key] = tail end
    end
    count = count + 1
    heads[count] = method .. " " .. path
    tails[count] = tail
  end
  step = args[3] and tonumber(args[3])
  math.randomseed(seed)
  for _ = 1, 10 do math.random() end
end

function request()
  local n = math.random(count)
  if step then
    if turn > count then
      wrk.thread:stop()
    else
      n, turn = turn, turn + step
    end
  end
  return heads[n] .. tails[n]
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"microseconds":%d,"failed":%d,"p50":%d,"p99":%d,"p999":%d,"max":%d}\n',
    summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max))
end
