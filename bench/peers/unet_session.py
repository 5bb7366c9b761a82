"""The reference U-Net in PyTorch on the CPU, trained and applied on request: one line of JSON in, one out.

Usage: unet_session.py '{"dimensions": 3, "size": 64, "batch": 1, "channels": [16, 32, 64, 128], "precision": "float32"}'
The network is that of ../unet/worker.ts: two convolutions with instance norm and leaky ReLU a level, max pooling, linear
upsampling, concatenation, a 1x1 head; soft Dice of the foreground, Adam (fused). "prepare" times both memory formats and
keeps the faster. With "bfloat16" the network runs under autocast.
"""

import gc
import json
import statistics
import sys
import time

import torch
from torch import nn

task = json.loads(sys.argv[1])
three = task["dimensions"] == 3
Conv = nn.Conv3d if three else nn.Conv2d
Norm = nn.InstanceNorm3d if three else nn.InstanceNorm2d
Pool = nn.MaxPool3d if three else nn.MaxPool2d
autocast = task["precision"] == "bfloat16"


def block(inputs, outputs):
    layers = []
    for source in (inputs, outputs):
        layers += [Conv(source, outputs, 3, padding=1, bias=False), Norm(outputs, affine=True), nn.LeakyReLU(0.01, inplace=True)]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.down = nn.ModuleList(block(a, b) for a, b in zip([1, *channels[:-1]], channels))
        self.up = nn.ModuleList(block(a + b, b) for a, b in zip(channels[:0:-1], channels[-2::-1]))
        self.head = Conv(channels[0], 2, 1, bias=True)
        self.pool = Pool(2)

    def forward(self, x):
        skips = []
        for level, stage in enumerate(self.down):
            x = stage(self.pool(x) if level else x)
            skips.append(x)
        mode = "trilinear" if three else "bilinear"
        for stage, skip in zip(self.up, skips[-2::-1]):
            x = nn.functional.interpolate(x, size=skip.shape[2:], mode=mode, align_corners=False)
            x = stage(torch.cat([x, skip], 1))
        return self.head(x)


FORMATS = {"channels first": torch.contiguous_format, "channels last": torch.channels_last_3d if three else torch.channels_last}


class Run:
    def __init__(self, layout):
        torch.manual_seed(1)
        self.net = UNet(task["channels"]).to(memory_format=FORMATS[layout])
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=1e-3, fused=True)
        spatial = [task["size"]] * task["dimensions"]
        x = torch.randn(task["batch"], 1, *spatial)
        self.labels = ((torch.arange(x.numel()) // 7) % 2).reshape(task["batch"], *spatial).float()
        self.x = x.to(memory_format=FORMATS[layout])

    def logits(self):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            return self.net(self.x)

    def train(self):
        start = time.perf_counter()
        self.optimizer.zero_grad(set_to_none=True)
        foreground = torch.softmax(self.logits().float(), 1)[:, 1]
        loss = 1 - (2 * (foreground * self.labels).sum() + 1e-5) / (foreground.sum() + self.labels.sum() + 1e-5)
        loss.backward()
        self.optimizer.step()
        return (time.perf_counter() - start) * 1000

    def infer(self):
        start = time.perf_counter()
        with torch.inference_mode():
            self.logits()
        return (time.perf_counter() - start) * 1000


def prepare():
    times = {}
    runs = {}
    for layout in FORMATS:
        runs[layout] = Run(layout)
        runs[layout].train()
        times[layout] = statistics.median(runs[layout].train() for _ in range(3))
        runs[layout] = None
    layout = min(times, key=times.get)
    run = Run(layout)
    label = f"PyTorch {torch.__version__} {'autocast bfloat16' if autocast else 'float32'}, {layout}"
    return run, {"label": label, "parameters": sum(p.numel() for p in run.net.parameters()), "formats": times}


def reset_peak():
    """So that only what follows counts: not the slower memory format."""
    gc.collect()
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def peak_mebibytes():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


run = None
for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "prepare":
        run, reply = prepare()
        reset_peak()
    elif request["do"] == "memory":
        reply = {"peak": peak_mebibytes()}
    else:
        reply = {"times": [getattr(run, request["do"])() for _ in range(request["steps"])]}
    print(json.dumps(reply), flush=True)
