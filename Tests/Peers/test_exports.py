"""What export writes, in the hands of those who read it: datasets, and two steps of TRL's SFTTrainer and DPOTrainer.

The model is a tiny one of random weights with a tokenizer of bytes, so nothing is downloaded.
"""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", WANDB_DISABLED="true", TOKENIZERS_PARALLELISM="false")

import datasets
import tokenizers
import transformers
import trl

ROOT = pathlib.Path(__file__).resolve().parents[2]
SWIRL = str(ROOT / ".build/release/swirl")
SCRIPT = """
model nano-xs tokens:400k
dataset hop-nano gsm-nano limit:40
rollout samples:4
judge with:rules noise:30%
filter prefix
export questions to:"prompts" format:verl
export trajectories to:"messages" format:messages
export selection to:"steps" format:steps
export judgements to:"pairs" format:pairs
export judgements to:"all"
"""
TEMPLATE = (
    "{% for m in messages %}{% if m['role'] == 'assistant' %}{{ '<a>' }}{% generation %}{{ m['content'] + '</s>' }}{% endgeneration %}"
    "{% else %}{{ '<u>' + m['content'] }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<a>' }}{% endif %}"
)


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


class PeerTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.folder.name)
        run = subprocess.run([SWIRL, "run", "-", "--store", "store"], input=SCRIPT, text=True, capture_output=True, cwd=cls.folder.name)
        assert run.returncode == 0, run.stderr
        bytes_ = tokenizers.Tokenizer(tokenizers.models.BPE(vocab={c: i for i, c in enumerate(sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()))}, merges=[]))
        bytes_.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
        bytes_.decoder = tokenizers.decoders.ByteLevel()
        cls.tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=bytes_, eos_token="</s>", pad_token="<pad>", additional_special_tokens=["<u>", "<a>"])
        cls.tokenizer.chat_template = TEMPLATE

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def model(self):
        transformers.set_seed(1)
        return transformers.LlamaForCausalLM(transformers.LlamaConfig(
            vocab_size=len(self.tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2,
            pad_token_id=self.tokenizer.pad_token_id, eos_token_id=self.tokenizer.eos_token_id, bos_token_id=None))

    def load(self, name):
        return datasets.load_dataset("json", data_files=str(self.out / name), split="train", cache_dir=str(self.out / "cache"))

    def options(self, name):
        return dict(
            output_dir=str(self.out / name), max_steps=2, per_device_train_batch_size=2, report_to="none", save_strategy="no", use_cpu=True,
            logging_steps=1, max_length=4096, learning_rate=1e-3)

    def test_datasets_reads_every_value_as_written(self):
        count = 0
        for path in sorted(self.out.glob("*/*.jsonl")):
            written = rows(path)
            read = self.load(path.relative_to(self.out)).to_list()
            self.assertEqual(len(read), len(written), path.name)
            for ours, theirs in zip(written, read):
                self.assertEqual(ours, theirs, path.name)
            count += 1
        print(f"{count} files read by datasets {datasets.__version__}")
        self.assertEqual(count, 8)

    def test_trl_learns_from_the_action_of_a_step_alone(self):
        trainer = trl.SFTTrainer(self.model(), args=trl.SFTConfig(**self.options("sft")), train_dataset=self.load("steps/steps.jsonl"), processing_class=self.tokenizer)
        for prepared, row in zip(trainer.train_dataset, rows(self.out / "steps/steps.jsonl")):
            trained = [t for t in prepared["labels"] if t != -100]
            self.assertEqual(self.tokenizer.decode(trained), row["completion"][0]["content"] + "</s>")
        result = trainer.train()
        self.assertEqual(result.global_step, 2)
        print(f"TRL {trl.__version__}: SFT loss {result.training_loss:.3f} over {len(trainer.train_dataset)} step examples")

    def test_trl_learns_from_the_assistant_of_a_conversation(self):
        trainer = trl.SFTTrainer(
            self.model(), args=trl.SFTConfig(assistant_only_loss=True, **self.options("chat")), train_dataset=self.load("messages/messages.jsonl"), processing_class=self.tokenizer)
        for prepared, row in zip(trainer.train_dataset, rows(self.out / "messages/messages.jsonl")):
            trained = self.tokenizer.decode([t for t in prepared["labels"] if t != -100])
            self.assertEqual(trained, "".join(m["content"] + "</s>" for m in row["messages"] if m["train"]))
        self.assertEqual(trainer.train().global_step, 2)

    def test_trl_learns_from_pairs(self):
        trainer = trl.DPOTrainer(self.model(), ref_model=self.model(), args=trl.DPOConfig(**self.options("dpo")), train_dataset=self.load("pairs/pairs.jsonl"), processing_class=self.tokenizer)
        result = trainer.train()
        self.assertEqual(result.global_step, 2)
        # Before any update both policies are equal: the loss is log 2.
        self.assertAlmostEqual(trainer.state.log_history[0]["loss"], 0.6931, places=3)
        print(f"TRL {trl.__version__}: DPO over {len(trainer.train_dataset)} pairs")

    def test_parquet_for_verl(self):
        path = self.out / "prompts.parquet"
        self.load("prompts/prompts.jsonl").to_parquet(str(path))
        again = datasets.load_dataset("parquet", data_files=str(path), split="train", cache_dir=str(self.out / "cache")).to_list()
        self.assertEqual(again, rows(self.out / "prompts/prompts.jsonl"))


if __name__ == "__main__":
    unittest.main()
