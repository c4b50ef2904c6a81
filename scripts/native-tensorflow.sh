#!/usr/bin/env bash
# Builds the native addon of @tensorflow/tfjs-node against the TensorFlow library inside the Python wheel `tensorflow-cpu`.
# For machines where tfjs-node's own download does not work. See docs/native-tensorflow.md.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/native-tensorflow.sh [options] [WHEEL or FOLDER]

  WHEEL or FOLDER   a tensorflow-cpu wheel, a folder that contains one, or an unpacked wheel (with `tensorflow/` in it).
                    Default: `pip download --no-deps tensorflow-cpu==2.21.0`.

  --into FOLDER     a folder from which @tensorflow/tfjs-node resolves (default: packages/runtime in this checkout)
  --package NAME    the package to build (default: @tensorflow/tfjs-node)
  --remove          remove the addon and its links
  -h, --help        this text

environment:
  NODEDIR           folder with include/node for the running Node (default: Node's own folder; if it has no headers,
                    node-gyp downloads them from nodejs.org)
  PYTHON            the Python that runs pip and node-gyp (default: python3)
  XDG_CACHE_HOME    where the wheel is unpacked (about 1.1 GB), in a folder interlayer/ (default: ~/.cache)

exit status: 0 if the addon works, 3 if something it needs is not available here, 1 otherwise
TEXT
}

fail() {
  printf 'native-tensorflow: %s\n' "$*" >&2
  exit 1
}

# For what this machine lacks, so that a caller can tell it from a defect.
lacking() {
  printf 'native-tensorflow: %s\n' "$*" >&2
  exit 3
}

root=$(cd "$(dirname "$0")/.." && pwd)
into=$root/packages/runtime
package=@tensorflow/tfjs-node
version=2.21.0
python=${PYTHON:-python3}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/interlayer
source=
remove=

while (($#)); do
  case $1 in
    --into) into=${2:?--into needs a folder}; shift ;;
    --package) package=${2:?--package needs a name}; shift ;;
    --remove) remove=yes ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; fail "unknown option $1" ;;
    *) [[ -z $source ]] || fail "give one wheel or folder, not two: $source and $1"; source=$1 ;;
  esac
  shift
done

[[ $(uname -s)/$(uname -m) =~ ^Linux/(x86_64|aarch64)$ ]] || lacking "the wheels are for Linux on x86_64 and aarch64, and this is $(uname -s)/$(uname -m)"
command -v node >/dev/null || lacking 'node is not on the PATH'

target=$(node -p 'path.dirname(require.resolve(process.argv[1] + "/package.json", { paths: [process.argv[2]] }))' "$package" "$into" 2>/dev/null) ||
  fail "$package does not resolve from $into: install it first (npm install --ignore-scripts $package@4.22.0, or pnpm install)"
napi=$target/lib/napi-v8

if [[ $remove ]]; then
  rm -rf "$target/deps" "$target/lib" "$target/build"
  echo "removed the addon from $target"
  exit 0
fi

# --- the library -------------------------------------------------------------------------------------------------------------

# Prints the folder with the library and the headers, if there is one.
unpacked() {
  local folder
  for folder in "$1" "$1/tensorflow"; do
    if [[ -e $folder/libtensorflow_cc.so.2 && -d $folder/include/tensorflow/c ]]; then
      (cd "$folder" && pwd)
      return
    fi
  done
}

one_wheel() {
  local wheels=("$1"/tensorflow*.whl)
  [[ -e ${wheels[0]} ]] || return 0
  ((${#wheels[@]} == 1)) || fail "$1 contains more than one wheel: name one"
  printf '%s\n' "${wheels[0]}"
}

library=
wheel=
if [[ -z $source ]]; then
  mkdir -p "$cache/wheels"
  wheel=$(one_wheel "$cache/wheels")
  if [[ -z $wheel ]]; then
    echo "downloading tensorflow-cpu $version (about 270 MB)"
    "$python" -m pip download --quiet --no-deps --dest "$cache/wheels" "tensorflow-cpu==$version" ||
      lacking "pip could not download tensorflow-cpu==$version (it needs Python 3.10 to 3.13 and a package index): download the wheel elsewhere and give its path"
    wheel=$(one_wheel "$cache/wheels")
  fi
elif [[ -d $source ]]; then
  library=$(unpacked "$source")
  [[ $library ]] || wheel=$(one_wheel "$source")
  [[ $library || $wheel ]] || fail "$source contains neither a tensorflow wheel nor tensorflow/libtensorflow_cc.so.2 with tensorflow/include"
elif [[ -f $source ]]; then
  wheel=$source
else
  fail "$source does not exist"
fi

if [[ $wheel ]]; then
  folder=$cache/$(basename "$wheel" .whl)
  if [[ -z $(unpacked "$folder") ]]; then
    echo "unpacking $(basename "$wheel") into $folder"
    mkdir -p "$cache"
    rm -rf "$folder.part" "$folder"
    "$python" - "$wheel" "$folder.part" <<'PYTHON'
import sys, zipfile
wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(folder, [name for name in archive.namelist() if name.startswith(('tensorflow/include/', 'tensorflow/libtensorflow'))])
PYTHON
    mv "$folder.part" "$folder"
  fi
  library=$(unpacked "$folder")
  [[ $library ]] || fail "$wheel contains no libtensorflow_cc.so.2 with headers: is it a Linux wheel of tensorflow-cpu 2.x?"
fi

# --- the addon ---------------------------------------------------------------------------------------------------------------

for tool in make g++ "$python"; do
  command -v "$tool" >/dev/null || lacking "$tool is not on the PATH (Debian, Ubuntu: apt-get install build-essential python3)"
done

# Only new links: the package's own files may be shared with other checkouts.
rm -rf "$target/deps" "$target/build"
mkdir -p "$target/deps/lib" "$napi"
ln -s "$library/include" "$target/deps/include"
for name in libtensorflow_cc.so.2 libtensorflow_framework.so.2; do
  ln -s "$library/$name" "$target/deps/lib/$name"
done
ln -s libtensorflow_cc.so.2 "$target/deps/lib/libtensorflow.so"
ln -s libtensorflow_framework.so.2 "$target/deps/lib/libtensorflow_framework.so"

npm=$(command -v npm) || lacking 'npm is not on the PATH (its node-gyp builds the addon)'
node_gyp=$(node -p 'require.resolve("node-gyp/bin/node-gyp.js", { paths: [path.dirname(fs.realpathSync(process.argv[1]))] })' "$npm" 2>/dev/null) ||
  fail "npm's node-gyp is not beside $npm"
if [[ -z ${NODEDIR:-} ]]; then
  prefix=$(node -p 'path.dirname(path.dirname(fs.realpathSync(process.execPath)))')
  [[ -e $prefix/include/node/node_api.h ]] && NODEDIR=$prefix
fi

echo "building the addon for Node $(node -p process.versions.node) in $target"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
(cd "$target" && PYTHON=$python node "$node_gyp" rebuild ${NODEDIR:+--nodedir="$NODEDIR"} --release \
  --module_path="$napi" --module_name=tfjs_binding) >"$log" 2>&1 || {
  tail -n 25 "$log" >&2
  fail 'the addon did not build (the end of node-gyp'"'"'s output is above)'
}
# Some versions of node-gyp have already put it there.
[[ $target/build/Release/tfjs_binding.node -ef $napi/tfjs_binding.node ]] ||
  cp "$target/build/Release/tfjs_binding.node" "$napi/tfjs_binding.node"
rm -rf "$target/build"

# --- the proof ---------------------------------------------------------------------------------------------------------------

TF_CPP_MIN_LOG_LEVEL=2 node -e '
const util = require("node:util");
util.isNullOrUndefined ??= (value) => value == null;
const tf = require(process.argv[1]);
const square = tf.grad((x) => tf.sum(tf.matMul(x, x)))(tf.tensor2d([[1, 2], [3, 4]]));
const [first] = square.dataSync();
if (first !== 7) throw new Error("the gradient is " + first + ", expected 7");
console.log("works: " + process.argv[2] + " " + tf.version["tfjs-node"] + " on TensorFlow " + tf.backend().binding.TF_Version);
' "$target" "$package" || fail 'the addon was built but does not work (see above)'
