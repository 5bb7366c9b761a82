"""Median training-step time of the reference U-Net in PyTorch on the CPU, float32.

Usage: unet_step.py '{"dimensions": 3, "size": 64, "batch": 1, "steps": 4}'. Prints one JSON object.
The network is that of bench/engine/measure.ts: two convolutions with instance norm and leaky ReLU a level, max pooling,
linear upsampling, concatenation, a 1x1 head; soft Dice of the foreground, Adam.
"""

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
channels = [16, 32, 64, 128] if three else [32, 64, 128, 256]


def block(inputs, outputs):
    layers = []
    for source in (inputs, outputs):
        layers += [Conv(source, outputs, 3, padding=1, bias=False), Norm(outputs, affine=True), nn.LeakyReLU(0.01)]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList(block(a, b) for a, b in zip([1, *channels[:-1]], channels))
        self.up = nn.ModuleList(block(a + b, b) for a, b in zip(channels[:0:-1], channels[-2::-1]))
        self.head = Conv(channels[0], 2, 1)

    def forward(self, x):
        skips = []
        for level, stage in enumerate(self.down):
            x = stage(Pool(2)(x) if level else x)
            skips.append(x)
        mode = "trilinear" if three else "bilinear"
        for stage, skip in zip(self.up, skips[-2::-1]):
            x = nn.functional.interpolate(x, size=skip.shape[2:], mode=mode, align_corners=False)
            x = stage(torch.cat([x, skip], 1))
        return self.head(x)


def main():
    torch.manual_seed(1)
    net = UNet().to(memory_format=torch.channels_last_3d if three else torch.channels_last)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    spatial = [task["size"]] * task["dimensions"]
    x = torch.randn(task["batch"], 1, *spatial)
    labels = ((torch.arange(x.numel()) // 7) % 2).reshape(task["batch"], *spatial).float()
    times = []
    for _ in range(task["steps"] + 1):
        start = time.perf_counter()
        optimizer.zero_grad()
        foreground = torch.softmax(net(x), 1)[:, 1]
        loss = 1 - (2 * (foreground * labels).sum() + 1e-5) / (foreground.sum() + labels.sum() + 1e-5)
        loss.backward()
        optimizer.step()
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"version": torch.__version__, "milliseconds": statistics.median(times[1:])}))


main()
