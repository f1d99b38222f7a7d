# What jq 1.7 has beside the builtins of jaq, and what it does in another way.

# Formats.
def @csv:
  map(if type == "string" then "\"" + gsub("\""; "\"\"") + "\""
      elif . == null then ""
      elif type == "number" or type == "boolean" then tostring
      else error("\(type) (\(tojson)) is not valid in a csv row") end)
  | join(",");
def @tsv:
  map(if type == "string"
      then gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r")
      elif . == null then ""
      elif type == "number" or type == "boolean" then tostring
      else error("\(type) (\(tojson)) cannot be tsv-formatted, only an array of scalars") end)
  | join("\t");
def @base32: tostring | encode_base32;
def @base32d: tostring | decode_base32;
def format($name):
  if   $name == "text" then @text
  elif $name == "json" then @json
  elif $name == "csv" then @csv
  elif $name == "tsv" then @tsv
  elif $name == "html" then @html
  elif $name == "uri" then @uri
  elif $name == "sh" then @sh
  elif $name == "base64" then @base64
  elif $name == "base64d" then @base64d
  elif $name == "base32" then @base32
  elif $name == "base32d" then @base32d
  else error("\($name) is not a valid format") end;

# Collections.
def IN(s): any(s == .; .);
def IN(src; s): any(src == s; .);
def INDEX(stream; key): reduce stream as $row ({}; .[$row | key | tostring] |= $row);
def INDEX(key): INDEX(.[]; key);
def JOIN($index; key): [.[] | [., $index[key]]];
def JOIN($index; stream; key): stream | [., $index[key]];
def JOIN($index; stream; key; f): stream | [., $index[key]] | f;
def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
def combinations($n): . as $dot | [range($n)] | map($dot) | combinations;
def from_entries:
  def first_of($names): . as $entry | first(($names[] | select($entry[.] != null) | $entry[.]), null);
  reduce .[] as $entry ({};
    .[$entry | if has("key") and .key != null then .key else first_of(["k", "name", "Name", "K", "Key"]) end
      | if type == "string" then . elif . == null then "null" else tojson end]
    = ($entry | if has("value") then .value else first_of(["v", "Value", "V"]) end));
def with_entries(f): to_entries | map(f) | from_entries;
def walk(f):
  def rec: if type == "object" then map_values(rec) elif type == "array" then map(rec) else . end | f;
  rec;
def join($separator):
  reduce .[] as $x (null;
    (if . == null then "" else . + $separator end)
    + ($x | if . == null then "" elif type == "number" or type == "boolean" then tojson else . end))
  // "";
def flatten($depth):
  if $depth < 0 then error("flatten depth must not be negative")
  else reduce .[] as $x ([];
    if ($x | type) == "array" and $depth > 0 then . + ($x | flatten($depth - 1)) else . + [$x] end) end;
def flatten: flatten(1e9);
def toarray: if type == "array" then . else [.] end;

# Paths and streams.
def leaf_paths: paths(scalars);
def getpath($path): reduce $path[] as $key (.; if . == null then null else .[$key] end);
def setpath($path; $value):
  if $path == [] then $value
  else $path[0] as $key
    | if . == null then (if $key | type == "string" then {} else [] end) else . end
    | if type == "array" and ($key | type) == "number" and $key >= length
      then . + [range($key - length + 1) | null] else . end
    | .[$key] = (.[$key] | setpath($path[1:]; $value)) end;
def delpaths($paths):
  def delete($path):
    if . == null or .[$path[0]] == null and ($path | length) > 1 then .
    elif $path | length == 1 then .[$path[0]] |= empty
    else .[$path[0]] |= delete($path[1:]) end;
  reduce ($paths | sort | reverse[]) as $path (.; if $path == [] then null else delete($path) end);
def del(f): delpaths([path(f)]);
def pick(f): . as $top | reduce path(f) as $path (null; setpath($path; $top | getpath($path)));
def tostream:
  path(def rec: (.[]? | rec), .; rec) as $path
  | getpath($path)
  | reduce path(.[]?) as $last ([$path, .]; [$path + $last]);
def fromstream(events):
  {x: null, e: false} as $init
  | foreach events as $event ($init;
      if .e then $init else . end
      | if $event | length == 2
        then setpath(["e"]; $event[0] | length == 0) | setpath(["x"] + $event[0]; $event[1])
        else setpath(["e"]; $event[0] | length == 1) end;
      if .e then .x else empty end);
def truncate_stream(stream):
  . as $depth | null | stream | . as $event
  | if ($event[0] | length) > $depth then setpath([0]; $event[0][$depth:]) else empty end;

# Text and time.
def test($re): if $re | type == "array" then test($re[0]; $re[1] + "") else test($re; "") end;
def match($re): if $re | type == "array" then match($re[0]; $re[1] + "") else match($re; "") end;
def capture($re): if $re | type == "array" then capture($re[0]; $re[1] + "") else capture($re; "") end;
def ascii: [.] | implode;
def date: todate;
def dateadd($unit; $n): . + $n;
def datesub($unit; $n): . - $n;

# Numbers, and about the program.
def gamma: lgamma;
def have_literal_numbers: true;
def have_decnum: false;
