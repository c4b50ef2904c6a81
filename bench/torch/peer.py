"""PyTorch beside us: answers each line on standard input with one timed run, so that runs can be interleaved.

usage: peer.py matmul|forward|training-step THREADS FOLDER
FOLDER holds config.json, weights.safetensors (BERT's hub names, F32) and inputs.safetensors, written by the benchmark;
matmul reads none of them.
The first line printed describes the peer; then, per line read, {"ms": ..., "loss": ...}.
"""
import json
import math
import os
import struct
import subprocess
import sys
import time

PROBE = """
import time, torch
torch.set_num_threads(1)
a, b, c = torch.randn(1024, 768), torch.randn(768, 3072), torch.empty(1024, 3072)
times = []
for _ in range(12):
    start = time.perf_counter()
    torch.mm(a, b, out=c)
    times.append(time.perf_counter() - start)
print(min(times))
"""


def fastest_instructions():
    """MKL's own choice of instructions can be half as fast on processors that are not Intel's: the fastest it can be told."""
    seconds = {}
    for choice in ("", "AVX2", "AVX512"):
        environment = {**os.environ, "MKL_ENABLE_INSTRUCTIONS": choice} if choice else os.environ
        seconds[choice] = float(subprocess.run([sys.executable, "-c", PROBE], env=environment, capture_output=True, check=True).stdout)
    return min(seconds, key=seconds.get)


# Read by MKL when it is loaded.
if "MKL_ENABLE_INSTRUCTIONS" not in os.environ and (chosen := fastest_instructions()):
    os.environ["MKL_ENABLE_INSTRUCTIONS"] = chosen

import numpy as np
import torch
import torch.nn.functional as F


def read_safetensors(path):
    with open(path, "rb") as f:
        (size,) = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(size))
        body = f.read()
    types = {"F32": np.float32, "I32": np.int32, "I64": np.int64}
    tensors = {}
    for name, info in header.items():
        if name == "__metadata__":
            continue
        begin, end = info["data_offsets"]
        array = np.frombuffer(body[begin:end], types[info["dtype"]]).reshape(info["shape"])
        tensors[name] = torch.from_numpy(array.copy())
    return tensors


kind, threads, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(threads)
config = {} if kind == "matmul" else json.load(open(f"{folder}/config.json"))
about = {
    "torch": torch.__version__,
    "threads": torch.get_num_threads(),
    "instructions": os.environ.get("MKL_ENABLE_INSTRUCTIONS", "MKL's choice"),
}


def bert(weights):
    layers, heads = config["num_hidden_layers"], config["num_attention_heads"]
    width, epsilon = config["hidden_size"], config["layer_norm_eps"]

    def linear(x, name):
        return F.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def norm(x, name):
        return F.layer_norm(x, (width,), weights[f"{name}.weight"], weights[f"{name}.bias"], epsilon)

    def encode(ids):
        batch, length = ids.shape
        e = "bert.embeddings"
        x = F.embedding(ids, weights[f"{e}.word_embeddings.weight"])
        x = x + weights[f"{e}.position_embeddings.weight"][:length] + weights[f"{e}.token_type_embeddings.weight"][0]
        x = norm(x, f"{e}.LayerNorm")
        split = lambda y: y.view(batch, length, heads, width // heads).transpose(1, 2)
        for i in range(layers):
            p = f"bert.encoder.layer.{i}"
            q, k, v = (split(linear(x, f"{p}.attention.self.{n}")) for n in ("query", "key", "value"))
            a = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(width // heads), -1) @ v
            a = linear(a.transpose(1, 2).reshape(batch, length, width), f"{p}.attention.output.dense")
            x = norm(x + a, f"{p}.attention.output.LayerNorm")
            f = linear(F.gelu(linear(x, f"{p}.intermediate.dense")), f"{p}.output.dense")
            x = norm(x + f, f"{p}.output.LayerNorm")
        return x

    def loss(ids, positions, labels):
        x = encode(ids).reshape(-1, width)[positions]
        p = "cls.predictions"
        x = norm(F.gelu(linear(x, f"{p}.transform.dense")), f"{p}.transform.LayerNorm")
        return F.cross_entropy(x @ weights["bert.embeddings.word_embeddings.weight"].t() + weights[f"{p}.bias"], labels)

    return encode, loss


if kind == "matmul":
    # Into memory that is there already: the faster way.
    a, b, c = torch.randn(4096, 768), torch.randn(768, 3072), torch.empty(4096, 3072)
    run = lambda: (torch.mm(a, b, out=c), None)[1]
else:
    weights = read_safetensors(f"{folder}/weights.safetensors")
    inputs = {name: value.long() for name, value in read_safetensors(f"{folder}/inputs.safetensors").items()}
    if kind == "forward":
        encode, _ = bert(weights)

        def run():
            with torch.inference_mode():
                encode(inputs["ids"])
    else:
        rate = config["rate"]

        def trainer(**options):
            copies = {name: torch.nn.Parameter(value.clone()) for name, value in weights.items()}
            _, loss = bert(copies)
            optimizer = torch.optim.AdamW(
                copies.values(), lr=rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, **options
            )

            def step():
                optimizer.zero_grad(set_to_none=True)
                value = loss(inputs["ids"], inputs["positions"], inputs["labels"])
                value.backward()
                optimizer.step()
                return float(value.detach())

            return step

        # The faster of PyTorch's own implementations of AdamW, on this machine, now.
        timed = {}
        for name, options in {"fused": {"fused": True}, "foreach": {"foreach": True}, "loop": {"foreach": False}}.items():
            step = trainer(**options)
            step()
            start = time.perf_counter()
            for _ in range(3):
                step()
            timed[name] = (time.perf_counter() - start, options)
        about["adamw"] = min(timed, key=lambda name: timed[name][0])
        run = trainer(**timed[about["adamw"]][1])

print(json.dumps(about), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    value = run()
    print(json.dumps({"ms": (time.perf_counter() - start) * 1e3, "loss": value}), flush=True)
