# SPDX-License-Identifier: Apache-2.0
# Calls as the shim wrote them, into a vector: what differs from run to run becomes a placeholder,
# numbered in the order of appearance. $client: who called.
def uniq: reduce .[] as $x ([]; if index([$x]) then . else . + [$x] end);
def put($text; $name): if $text == "" then . else split($text) | join($name) end;
def put_all($texts; $name): reduce range($texts | length) as $i (.; put($texts[$i]; "@\($name)\($i + 1)"));
def macs: [.. | strings | match("\\b([0-9a-f]{2}:){5}[0-9a-f]{2}\\b"; "g").string] | uniq;

map(.env) as $env
| ($env | map(.CNI_CONTAINERID // "") | uniq | map(select(. != ""))) as $containers
| ($env | map(.CNI_NETNS // "") | uniq | map(select(startswith("/")))) as $netns
# A MAC that the client chose is the same in every run.
| (macs - (map({env, conf: (.stdin | objects | del(.prevResult))}) | macs)) as $macs
| {
	client: $client,
	calls: walk(if type != "string" then . else
		put_all($netns | map(select(startswith("/proc") | not)); "netns")
		| put_all($netns | map(select(startswith("/proc"))); "proc")
		| put_all($containers; "container")
		| put_all($macs; "mac")
		| if . == "dummy" then . else put(($env | map(.CNI_PATH | select(. != "dummy"))[0]); "@path") end
		| gsub("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z"; "@time")
	end)
}
