#!/bin/sh
# What: PyAV 18.1.0 (PyPI; what faster-whisper hears with), ffmpeg 5.1 (Debian 12) and 9.0.2 (imageio-ffmpeg 0.8.1, PyPI):
#   recordings of several microphones in one WAV, of which the channels have no names, made mono
# Guess: all channels are mixed: whoever spoke into the fourth of six is heard, a little softer perhaps.
# Does: without names the places of a cinema are taken: the third of three, the fourth of six, seven and eight is the one for
#   deep tones, and that is left out of the mix. Of a recorder with a microphone there what comes out is silence: no
#   warning, no error, and a model of speech that is given it hears nobody. The fourth of four and of five is heard. Of ten
#   channels ffmpeg 5.1 makes nothing, an error; the newer ones make silence of the fourth.
# Seen: loudest sample of 12000: 3 channels 0, 4 channels some 2000, 6 and 8 channels 0, in PyAV and both ffmpegs
# Source: ffmpeg-utils(1), 'Channel layout' (5.1: FL+FR+FC+LFE+BL+BR); ffmpeg-resampler(1), lfe_mix_level, default 0;
#   WAVE_FORMAT_PCM has no mask of channels.
# Instead: say what becomes of each: pan=mono|c0=c0+c1+c2+c3+c4+c5, or take the channels apart and listen to each.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq av==18.1.0 numpy imageio-ffmpeg==0.8.1 || exit 2
other=$(venv/bin/python -W ignore -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$other" -version | head -n 1

cat > run.py <<'END'
import math, struct, subprocess, sys, wave
import av

spoken = {3: 3, 4: 4, 6: 4, 8: 4}  # channels: the one that is not silent
found = {}
for channels, one in spoken.items():
    name = f"{channels}.wav"
    with wave.open(name, "wb") as file:
        file.setparams((channels, 2, 48000, 0, "NONE", ""))
        for at in range(24000):
            tone = int(12000 * math.sin(2 * math.pi * 440 * at / 48000))
            file.writeframesraw(struct.pack(f"<{channels}h", *(tone * (n == one) for n in range(1, channels + 1))))
    heard = []
    resampler = av.AudioResampler("s16", "mono", 16000)
    with av.open(name) as container:
        heard.append(max(abs(int(sample)) for frame in container.decode(audio=0)
                         for made in resampler.resample(frame) for sample in made.to_ndarray()[0]))
    for program in sys.argv[1:]:
        mono = subprocess.run([program, "-loglevel", "error", "-i", name, "-ac", "1", "-f", "s16le", "-"],
                              check=True, capture_output=True).stdout
        heard.append(max(abs(each[0]) for each in struct.iter_unpack("<h", mono)))
    found[channels] = heard
print(found)
for channels, heard in found.items():
    if any((each > 1000) != (channels == 4) for each in heard):
        sys.exit(f"changed: of {channels} channels the loudest sample is {heard}")
END
venv/bin/python run.py ffmpeg "$other"
