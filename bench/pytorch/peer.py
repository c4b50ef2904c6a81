"""PyTorch as a peer. It answers each line on standard input, so that runs can be interleaved: `run` with one timed run and its
loss (or its first hidden value), `share` with the share of matrix products in a run.

usage: peer.py matmul|forward|sweep|training-step|mini-bert|mini-gpt THREADS FOLDER
FOLDER contains config.json, weights.safetensors (the hub's names, F32) and inputs.safetensors, written by the benchmark;
matmul reads none of them. The first line of output describes the peer.
"""
import itertools
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
    """The instruction set with which MKL is fastest: its own choice can take twice as long on processors not made by Intel."""
    seconds = {}
    for choice in ("", "AVX2", "AVX512"):
        environment = {**os.environ, "MKL_ENABLE_INSTRUCTIONS": choice} if choice else os.environ
        seconds[choice] = float(subprocess.run([sys.executable, "-c", PROBE], env=environment, capture_output=True, check=True).stdout)
    return min(seconds, key=seconds.get)


# MKL reads this when it loads. A benchmark passes on what an earlier peer found; empty means MKL's own choice.
instructions = os.environ.pop("MKL_ENABLE_INSTRUCTIONS", None)
if instructions is None:
    instructions = fastest_instructions()
if instructions:
    os.environ["MKL_ENABLE_INSTRUCTIONS"] = instructions

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
    "instructions": instructions or "MKL's choice",
}


def written_out(q, k, v, causal):
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if causal:
        length = q.shape[-2]
        scores = scores.masked_fill(torch.ones(length, length, dtype=torch.bool).triu(1), -torch.inf)
    return torch.softmax(scores, -1) @ v


def fused(q, k, v, causal):
    return F.scaled_dot_product_attention(q, k, v, is_causal=causal)


def attention(q, k, v, heads, attend, causal=False):
    batch, length, width = q.shape
    q, k, v = (y.view(batch, length, heads, width // heads).transpose(1, 2) for y in (q, k, v))
    return attend(q, k, v, causal).transpose(1, 2).reshape(batch, length, width)


def bert(weights, attend):
    layers, heads = config["num_hidden_layers"], config["num_attention_heads"]
    width, epsilon = config["hidden_size"], config["layer_norm_eps"]

    def linear(x, name):
        return F.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def norm(x, name):
        return F.layer_norm(x, (width,), weights[f"{name}.weight"], weights[f"{name}.bias"], epsilon)

    def encode(ids, order=range(layers)):
        e = "bert.embeddings"
        x = F.embedding(ids, weights[f"{e}.word_embeddings.weight"])
        x = x + weights[f"{e}.position_embeddings.weight"][: ids.shape[1]] + weights[f"{e}.token_type_embeddings.weight"][0]
        x = norm(x, f"{e}.LayerNorm")
        for i in order:
            p = f"bert.encoder.layer.{i}"
            a = attention(*(linear(x, f"{p}.attention.self.{n}") for n in ("query", "key", "value")), heads, attend)
            x = norm(x + linear(a, f"{p}.attention.output.dense"), f"{p}.attention.output.LayerNorm")
            f = linear(F.gelu(linear(x, f"{p}.intermediate.dense")), f"{p}.output.dense")
            x = norm(x + f, f"{p}.output.LayerNorm")
        return x

    def loss(ids, positions, labels, weights_of):
        x = encode(ids).reshape(-1, width)[positions]
        p = "cls.predictions"
        x = norm(F.gelu(linear(x, f"{p}.transform.dense")), f"{p}.transform.LayerNorm")
        logits = x @ weights["bert.embeddings.word_embeddings.weight"].t() + weights[f"{p}.bias"]
        return (F.cross_entropy(logits, labels, reduction="none") * weights_of).sum() / weights_of.sum()

    return encode, lambda: loss(inputs["ids"], inputs["positions"], inputs["labels"], inputs["weights"])


def gpt(weights, attend):
    layers, heads, width = config["n_layer"], config["n_head"], config["n_embd"]

    def linear(x, name):
        return torch.addmm(weights[f"{name}.bias"], x.reshape(-1, x.shape[-1]), weights[f"{name}.weight"]).view(*x.shape[:-1], -1)

    def norm(x, name):
        return F.layer_norm(x, (width,), weights[f"{name}.weight"], weights[f"{name}.bias"], config["layer_norm_epsilon"])

    def encode(ids):
        x = F.embedding(ids, weights["transformer.wte.weight"]) + weights["transformer.wpe.weight"][: ids.shape[1]]
        for i in range(layers):
            p = f"transformer.h.{i}"
            q, k, v = linear(norm(x, f"{p}.ln_1"), f"{p}.attn.c_attn").split(width, -1)
            x = x + linear(attention(q, k, v, heads, attend, causal=True), f"{p}.attn.c_proj")
            x = x + linear(F.relu(linear(norm(x, f"{p}.ln_2"), f"{p}.mlp.c_fc")), f"{p}.mlp.c_proj")
        return x

    def loss():
        ids = inputs["ids"]
        logits = encode(ids[:, :-1]).reshape(-1, width) @ weights["transformer.wte.weight"].t()
        return F.cross_entropy(logits, ids[:, 1:].reshape(-1))

    return encode, loss


def llama(weights, attend):
    layers, heads, shared = (config[f"num_{n}"] for n in ("hidden_layers", "attention_heads", "key_value_heads"))
    size, epsilon = config["head_dim"], config["rms_norm_eps"]
    frequencies = config["rope_theta"] ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)

    def linear(x, name):
        return F.linear(x, weights[f"model.{name}.weight"])

    def norm(x, name):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon) * weights[f"model.{name}.weight"]

    def turn(x, cos, sin):
        a, b = x.chunk(2, -1)
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

    def encode(ids, order=range(layers)):
        batch, length = ids.shape
        angles = torch.arange(length, dtype=torch.float64)[:, None] * frequencies
        cos, sin = angles.cos().float(), angles.sin().float()
        x = F.embedding(ids, weights["model.embed_tokens.weight"])
        for i in order:
            p = f"layers.{i}"
            read = norm(x, f"{p}.input_layernorm")
            q, k, v = (
                linear(read, f"{p}.self_attn.{n}_proj").view(batch, length, -1, size).transpose(1, 2) for n in "qkv"
            )
            k, v = (y.repeat_interleave(heads // shared, 1) for y in (turn(k, cos, sin), v))
            a = attend(turn(q, cos, sin), k, v, True).transpose(1, 2).reshape(batch, length, heads * size)
            x = x + linear(a, f"{p}.self_attn.o_proj")
            read = norm(x, f"{p}.post_attention_layernorm")
            f = F.silu(linear(read, f"{p}.mlp.gate_proj")) * linear(read, f"{p}.mlp.up_proj")
            x = x + linear(f, f"{p}.mlp.down_proj")
        return norm(x, "norm")

    return encode, None


def fastest(candidates, runs):
    """The fastest candidate on this machine; each is a function that returns what to run."""
    seconds = {}
    for name, make in candidates.items():
        once = make()
        once()
        start = time.perf_counter()
        for _ in range(runs):
            once()
        seconds[name] = time.perf_counter() - start
    return min(seconds, key=seconds.get)


ATTENTION = {"written out": written_out, "fused": fused}


def forward_run():
    weights = read_safetensors(f"{folder}/weights.safetensors")
    encoder = llama if kind == "llama-forward" else bert
    makes = {name: lambda attend=attend: encoder(weights, attend)[0] for name, attend in ATTENTION.items()}
    ids = inputs["ids"]
    with torch.inference_mode():
        about["attention"] = fastest({n: lambda make=make: (lambda e=make(): e(ids)) for n, make in makes.items()}, 1)
    encode = makes[about["attention"]]()
    layers = range(config["num_hidden_layers"])
    # The orders in turn, each with two layers swapped, the nearest first; outside a sweep, the model's own order.
    swaps = [(i, i + d) for d in layers[1:] for i in layers[: -d]] if kind == "sweep" else [(0, 0)]
    orders = itertools.cycle([[{i: j, j: i}.get(k, k) for k in layers] for i, j in swaps])

    def run():
        with torch.inference_mode():
            return float(encode(ids, next(orders))[0, 0, 0])

    return run


def training_run():
    weights = read_safetensors(f"{folder}/weights.safetensors")
    rates, adam = config["rates"], config["adam"]

    def trainer(attend, **options):
        copies = {name: torch.nn.Parameter(value.clone()) for name, value in weights.items()}
        _, loss = (gpt if "n_embd" in config else bert)(copies, attend)
        # Weight decay applies to matrices and tables, not to biases and gains.
        groups = [
            {"params": [p for p in copies.values() if p.dim() >= 2], "weight_decay": adam.get("weightDecay", 0.01)},
            {"params": [p for p in copies.values() if p.dim() < 2], "weight_decay": 0.0},
        ]
        betas = (adam.get("beta1", 0.9), adam.get("beta2", 0.999))
        optimizer = torch.optim.AdamW(groups, lr=rates[0], betas=betas, eps=adam.get("epsilon", 1e-8), **options)
        steps = itertools.count()

        def step():
            rate = rates[min(next(steps), len(rates) - 1)]
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad(set_to_none=True)
            value = loss()
            value.backward()
            if "clipNorm" in adam:
                torch.nn.utils.clip_grad_norm_(copies.values(), adam["clipNorm"])
            optimizer.step()
            return float(value.detach())

        return step

    # The fastest of PyTorch's own implementations.
    optimizers = {"fused": {"fused": True}, "foreach": {"foreach": True}, "loop": {"foreach": False}}
    about["adamw"] = fastest({name: lambda options=options: trainer(written_out, **options) for name, options in optimizers.items()}, 3)
    chosen = optimizers[about["adamw"]]
    about["attention"] = fastest({name: lambda attend=attend: trainer(attend, **chosen) for name, attend in ATTENTION.items()}, 3)
    return trainer(ATTENTION[about["attention"]], **chosen)


def matmul_run():
    # Writing into existing memory is faster.
    a, b, c = torch.randn(4096, 768), torch.randn(768, 3072), torch.empty(4096, 3072)
    return lambda: (torch.mm(a, b, out=c), None)[1]


def share():
    products = {"aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm"}
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        for _ in range(5):
            run()
    times = [(event.key, event.self_cpu_time_total) for event in profile.key_averages()]
    part = sum(time for key, time in times if key in products) / sum(time for _, time in times)
    aside = "; the products of fused attention are not among them" if about["attention"] == "fused" else ""
    return {"share": part, "how": f"self times of PyTorch's profile, mm, addmm, bmm and baddbmm over all{aside}"}


if kind == "matmul":
    run = matmul_run()
else:
    # PyTorch indexes with long integers.
    read = read_safetensors(f"{folder}/inputs.safetensors")
    inputs = {name: value if value.is_floating_point() else value.long() for name, value in read.items()}
    run = forward_run() if kind in ("forward", "llama-forward", "sweep") else training_run()

print(json.dumps(about), flush=True)
for line in sys.stdin:
    if line.strip() == "share":
        print(json.dumps(share()), flush=True)
        continue
    start = time.perf_counter()
    value = run()
    print(json.dumps({"ms": (time.perf_counter() - start) * 1e3, "value": value}), flush=True)
