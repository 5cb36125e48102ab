-- SPDX-License-Identifier: Apache-2.0
-- What wrk sends: the request of one figure, told by environment variables; @ in path and body is a number of its own each time, or
-- one drawn up to BENCH_DRAWN.
local method, path = os.getenv("BENCH_METHOD"), os.getenv("BENCH_PATH")
local body, token = os.getenv("BENCH_BODY") or "", os.getenv("BENCH_TOKEN")
local first, step = tonumber(os.getenv("BENCH_FIRST")), tonumber(os.getenv("BENCH_STEP"))
local keyed = os.getenv("BENCH_KEYED") == "1"
local drawn = tonumber(os.getenv("BENCH_DRAWN"))
local key = "bench" .. path:gsub("[^a-z]+", "-") -- what was asked elsewhere under the same number is another request
local threads = 0

function setup(thread)
	thread:set("number", first + threads)
	threads = threads + 1
end

function request()
	local n = string.format("%d", drawn and math.random(drawn) or number)
	number = number + step
	local headers = {["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json"}
	if keyed then
		headers["Idempotency-Key"] = key .. n
	end
	return wrk.format(method, (path:gsub("@", n)), headers, body ~= "" and (body:gsub("@", n)) or nil)
end

function done(summary, latency)
	local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
	io.write(string.format("BENCH %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
		latency:percentile(99), failed))
end
