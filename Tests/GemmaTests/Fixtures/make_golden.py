"""Writes what transformers and tokenizers make of the same weights and texts as our engine.

    pip install torch==2.13.0 transformers==5.23.0 tokenizers==0.23.3
    python make_golden.py            # writes beside itself and prints the manifest

Networks: for every configuration a Hugging Face directory with random weights, and beside it
expected.safetensors (tokens, logits, gradients) and losses.json (the losses of ten AdamW steps).
Tokenizers: for every file in tokenizers/ the ids and decoded texts of texts.txt and random Unicode.
manifest.json holds versions, seed and the SHA-256 of every file.
"""

import hashlib
import json
import pathlib
import platform
import random
import shutil
import unicodedata

import tokenizers
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import Gemma2Config, Gemma2ForCausalLM

SEED = 20250404
HERE = pathlib.Path(__file__).parent

BASE = dict(
    vocab_size=40, hidden_size=24, intermediate_size=32, num_hidden_layers=3, num_attention_heads=4,
    num_key_value_heads=4, head_dim=6, max_position_embeddings=64, sliding_window=64,
    query_pre_attn_scalar=6, bos_token_id=2, eos_token_id=1, pad_token_id=0, attn_implementation="eager",
)
NETWORKS = {
    "every-head-its-own-keys": dict(dtype=torch.float32),
    "two-heads-share-keys": dict(
        num_key_value_heads=2, head_dim=8, query_pre_attn_scalar=13, sliding_window=5,
        attn_logit_softcapping=3.0, final_logit_softcapping=4.0),
    "all-heads-share-keys": dict(
        num_key_value_heads=1, head_dim=10, sliding_window=7, attn_logit_softcapping=None,
        final_logit_softcapping=None, query_pre_attn_scalar=10),
    "odd-sizes": dict(
        vocab_size=37, hidden_size=20, intermediate_size=33, head_dim=2, num_hidden_layers=2,
        attn_logit_softcapping=None, rope_theta=500.0, rms_norm_eps=1e-5),
    "bfloat16-in-shards": dict(num_key_value_heads=2, sliding_window=6, dtype=torch.bfloat16, shards="12KB"),
    "float16": dict(num_key_value_heads=2, final_logit_softcapping=None, dtype=torch.float16),
}
ADAMW = dict(lr=1e-2, betas=(0.9, 0.95), eps=1e-8)
WEIGHT_DECAY = 0.1


def network(name, settings):
    settings = dict(settings)
    dtype = settings.pop("dtype", torch.float32)
    shards = settings.pop("shards", "1GB")
    torch.manual_seed(SEED)
    model = Gemma2ForCausalLM(Gemma2Config(**{**BASE, **settings}))
    with torch.no_grad():
        for parameter in model.parameters():
            # Larger than an initialisation, so that caps and norms matter.
            parameter.normal_(0, 0.3)
    model.to(dtype).save_pretrained(HERE / "networks" / name, max_shard_size=shards)
    # Anew, since a cast rounds the rotation's frequencies too.
    model = Gemma2ForCausalLM.from_pretrained(
        HERE / "networks" / name, dtype=torch.float32, attn_implementation="eager").eval()
    config = model.config
    # The padding token's embedding gets no gradient in PyTorch; no text holds it.
    tokens = torch.randint(1, config.vocab_size, (2, 17))
    out = model(tokens, labels=tokens)
    out.loss.backward()
    expected = {"tokens": tokens.float(), "logits": out.logits.detach().contiguous()}
    for key, parameter in model.named_parameters():
        expected["gradient." + key] = parameter.grad.contiguous()
    save_file(expected, HERE / "networks" / name / "expected.safetensors")

    groups = [
        {"params": [p for p in model.parameters() if p.dim() > 1], "weight_decay": WEIGHT_DECAY},
        {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, **ADAMW)
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = model(tokens, labels=tokens).loss
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    (HERE / "networks" / name / "losses.json").write_text(json.dumps(losses))
    (HERE / "networks" / name / "generation_config.json").unlink(missing_ok=True)


def lines():
    return (HERE / "texts.txt").read_text(encoding="utf-8").split("\n")


def random_unicode(count):
    rng = random.Random(SEED)
    words = "what is the of amber anchor mayor 45 3 , . ? ' - + <bos> </answer> <start_of_turn> é e\u0301 漢 🌀 ▁ \t \n\n".split(" ")
    for _ in range(count // 2):
        yield rng.choice(["", " "]).join(rng.choice(words) for _ in range(rng.randrange(12)))
    for _ in range(count - count // 2):
        ranges = [(32, 127), (160, 0x250), (0x300, 0x370), (0x370, 0xD000), (0xE000, 0xFFFE), (0x10000, 0x1FAFF)]
        letters = (chr(rng.randrange(*rng.choice(ranges))) for _ in range(rng.randrange(20)))
        # What a letter is that Unicode 14 does not know depends on the age of a program's tables.
        yield "".join(c for c in letters if unicodedata.category(c) not in ("Cn", "Cs"))


def gemma_pipeline(texts):
    """A small vocabulary with the normaliser, model, decoder and template of Gemma's tokenizer.json."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"]
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    # Training on words only keeps tokens short; the file itself has Gemma's own splitting.
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    trainer = trainers.BpeTrainer(vocab_size=1100, special_tokens=special, limit_alphabet=120, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    file = json.loads(tokenizer.to_str())
    vocab = file["model"]["vocab"]
    for byte in range(256):
        vocab.setdefault(f"<0x{byte:02X}>", len(vocab))
    file["pre_tokenizer"] = {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False}
    tokenizer = Tokenizer.from_str(json.dumps(file))
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_tokens([AddedToken("\n\n", normalized=False), AddedToken("tool call", normalized=True)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<bos> $A", pair="<bos> $A <bos>:1 $B:1", special_tokens=[("<bos>", tokenizer.token_to_id("<bos>"))])
    return tokenizer


def word_level(texts):
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.train_from_iterator(
        texts, trainers.WordLevelTrainer(vocab_size=400, special_tokens=["<unk>", "<eos>"], show_progress=False))
    return tokenizer


def tokenizer_files():
    # The trainer's order of equals changes from run to run: what it made once is kept.
    for name, make in [("gemma-pipeline", gemma_pipeline), ("word-level", word_level)]:
        path = HERE / "tokenizers" / f"{name}.json"
        if not path.exists():
            path.write_text(json.dumps(json.loads(make(lines()).to_str()), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return sorted((HERE / "tokenizers").glob("*.json"))


def tokens():
    texts = lines() + list(random_unicode(600))
    golden = {"random": texts[len(lines()):], "files": {}}
    for path in tokenizer_files():
        tokenizer = tokenizers.Tokenizer.from_file(str(path))
        ids = [tokenizer.encode(t, add_special_tokens=False).ids for t in texts]
        golden["files"][path.stem] = {
            "whole": tokenizer.encode("what is the mayor?").ids,
            # Texts as one number each keep the file small.
            "ids": [" ".join(map(str, i)) for i in ids],
            "differing": {str(n): d for n, (t, i) in enumerate(zip(texts, ids)) if (d := tokenizer.decode(i, skip_special_tokens=False)) != t},
        }
    (HERE / "tokens.json").write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def main():
    shutil.rmtree(HERE / "networks", ignore_errors=True)
    for name, settings in NETWORKS.items():
        network(name, settings)
    tokens()
    # Made once and kept: the two tokenizers of our own and the texts are inputs, not results.
    files = sorted(p for p in HERE.rglob("*") if p.is_file() and p.name not in ("manifest.json", "make_golden.py"))
    manifest = {
        "seed": SEED,
        "versions": {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__, "tokenizers": tokenizers.__version__, "python": platform.python_version(), "unicode": unicodedata.unidata_version},
        "adamw": {**ADAMW, "weight_decay": WEIGHT_DECAY},
        "sha256": {str(p.relative_to(HERE)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files},
    }
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    print(json.dumps(manifest["versions"]), sum(p.stat().st_size for p in files), "bytes in", len(files), "files")


if __name__ == "__main__":
    main()
