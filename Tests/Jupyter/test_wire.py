"""The kernel's wire, asked directly: interrupts, restarts, heartbeat, signatures, noise."""

import json
import os
import random
import signal
import tempfile
import time
import unittest

import nbformat
import zmq
from nbclient import NotebookClient
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

os.chdir(tempfile.mkdtemp())


class WireTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.manager = KernelManager(kernel_name="swirl")
        cls.manager.start_kernel()
        cls.client = cls.manager.client()
        cls.client.start_channels()
        cls.client.wait_for_ready(timeout=60)

    @classmethod
    def tearDownClass(cls):
        cls.client.stop_channels()
        cls.manager.shutdown_kernel(now=False)
        assert not cls.manager.is_alive()

    def run_cell(self, code, timeout=60):
        """Reply and outputs of a cell."""
        message = self.client.execute(code)
        outputs = self.outputs(message, timeout)
        return self.client.get_shell_msg(timeout=timeout)["content"], outputs

    def outputs(self, message, timeout=60):
        outputs = []
        while True:
            event = self.client.get_iopub_msg(timeout=timeout)
            if event["parent_header"].get("msg_id") != message:
                continue
            if event["msg_type"] == "status" and event["content"]["execution_state"] == "idle":
                return outputs
            if event["msg_type"] not in ("status", "execute_input"):
                outputs.append(event)

    def test_a_failing_cell_has_one_output_the_error(self):
        for code in ('call calculator "1/0"', "rolout", "let = 5", "train"):
            reply, outputs = self.run_cell(code)
            self.assertEqual(reply["status"], "error")
            self.assertEqual([o["msg_type"] for o in outputs], ["error"], code)
            self.assertTrue(any("^" in line for line in outputs[0]["content"]["traceback"]), code)

    def test_an_interrupt_stops_a_training_soon_and_keeps_the_session(self):
        self.run_cell("let kept = 5")
        message = self.client.execute("model nano tokens:50M")
        while self.client.get_iopub_msg(timeout=60)["msg_type"] != "display_data":
            pass
        time.sleep(1)
        start = time.time()
        self.manager.interrupt_kernel()
        reply = self.client.get_shell_msg(timeout=20)["content"]
        waited = time.time() - start
        self.outputs(message)
        self.assertEqual((reply["status"], reply["ename"]), ("error", "Interrupted"))
        print(f"interrupted after {waited * 1e3:.0f} ms")
        self.assertEqual(self.run_cell("expect $kept = 5 required:true")[0]["status"], "ok")

    def test_progress_updates_one_display(self):
        _, outputs = self.run_cell("model nano-xs tokens:60k")
        first = next(o for o in outputs if o["msg_type"] == "display_data" and "display_id" in o["content"]["transient"])
        identity = first["content"]["transient"]["display_id"]
        updates = [o for o in outputs if o["msg_type"] == "update_display_data"]
        self.assertTrue(updates and all(o["content"]["transient"]["display_id"] == identity for o in updates))
        self.assertEqual(outputs[-1]["msg_type"], "execute_result")

    def test_the_heartbeat_beats_while_a_cell_runs(self):
        message = self.client.execute("model nano tokens:50M")
        time.sleep(0.5)
        socket = zmq.Context.instance().socket(zmq.REQ)
        socket.connect(f"tcp://{self.manager.ip}:{self.manager.hb_port}")
        for number in range(3):
            socket.send(b"beat %d" % number)
            self.assertTrue(socket.poll(2_000))
            self.assertEqual(socket.recv(), b"beat %d" % number)
        socket.close(0)
        self.manager.interrupt_kernel()
        self.client.get_shell_msg(timeout=20)
        self.outputs(message)

    def test_requests_that_come_at_once_are_all_answered_in_order(self):
        messages = [self.client.execute(f'call calculator "{number}+1"') for number in range(20)]
        replies = [self.client.get_shell_msg(timeout=20) for _ in messages]
        self.assertEqual([r["parent_header"]["msg_id"] for r in replies], messages)
        self.assertTrue(all(r["content"]["status"] == "ok" for r in replies))
        self.outputs(messages[-1])

    def test_cells_behind_one_that_fails_are_aborted(self):
        messages = [self.client.execute(code) for code in ('call calculator "1/0"', 'call calculator "1+1"')]
        replies = [self.client.get_shell_msg(timeout=20)["content"]["status"] for _ in messages]
        self.assertIn(replies, (["error", "aborted"], ["error", "ok"]))
        self.outputs(messages[-1])

    def test_a_wrong_signature_is_dropped_and_noise_harms_nothing(self):
        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.connect(f"tcp://{self.manager.ip}:{self.manager.shell_port}")
        stranger = Session(key=b"another key")
        self.addCleanup(socket.close, 0)
        stranger.send(socket, "kernel_info_request", {})
        self.assertFalse(socket.poll(500), "a message signed by a stranger was answered")
        noise = random.Random(7)
        good = Session(key=self.manager.session.key)
        for _ in range(300):
            frames = [noise.randbytes(noise.randrange(40)) for _ in range(noise.randrange(1, 9))]
            if noise.random() < 0.5:
                frames = good.serialize(good.msg("execute_request", {"code": "help", "silent": True}))
                frame = noise.randrange(len(frames))
                frames[frame] = noise.choice([noise.randbytes(30), frames[frame][:-1], frames[frame] + b"}", b""])
            socket.send_multipart(frames)
        # Well signed, and yet no request.
        for content in ({}, {"code": 5}, {"code": ["help"]}, {"code": "help", "silent": "maybe"}, {"code": "\u0000"}, {"cursor_pos": -7}):
            for kind in ("execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request", "x"):
                good.send(socket, kind, content)
        self.assertEqual(self.run_cell('call calculator "6*7"')[0]["status"], "ok")

    def test_only_the_named_addresses_are_bound(self):
        ports = {self.manager.shell_port, self.manager.iopub_port, self.manager.stdin_port, self.manager.control_port,
                 self.manager.hb_port}
        pid = self.manager.provisioner.pid
        inodes = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
        listening = set()
        with open(f"/proc/{pid}/net/tcp") as table:
            lines = table.readlines()[1:]
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                listening.add(int(fields[1].split(":")[1], 16))
                self.assertEqual(fields[1].split(":")[0], "0100007F")
        self.assertEqual(listening, ports)

    def test_a_restart_forgets(self):
        self.run_cell("let gone = 5")
        self.manager.restart_kernel(now=False)
        self.client.wait_for_ready(timeout=60)
        self.assertEqual(self.run_cell("$gone")[0]["status"], "error")

    def test_what_fails_after_progress_has_one_output_too(self):
        notebook = nbformat.v4.new_notebook(cells=[
            nbformat.v4.new_code_cell('call calculator "1+1"; model nano-xs tokens:61k; call calculator "1/0"'),
            nbformat.v4.new_code_cell("model nano tokens:50M"),
        ])
        NotebookClient(
            notebook, kernel_name="swirl", allow_errors=True, interrupt_on_timeout=True,
            timeout_func=lambda cell: 4 if "50M" in cell.source else 120).execute()
        first, second = (cell.outputs for cell in notebook.cells)
        self.assertEqual(first[0].data["text/plain"], "2")
        self.assertEqual([o.output_type for o in first].count("error"), 1)
        self.assertTrue(any("model: " in str(o) for o in first), first)
        self.assertEqual([(o.output_type, o.get("ename")) for o in second], [("error", "Interrupted")])

    def test_the_kernel_ends_by_itself_whatever_runs(self):
        # A pattern that is tried for a second at each of many texts, a training, and nothing.
        cells = ["", "model nano tokens:50M",
                 'model nano tokens:20k; dataset hop-nano limit:200; rollout samples:2; count text matches "([a-z ]+)+[0-9]$"',
                 # No interrupt reaches a chart that another program draws. The kernel then ends without the cell.
                 'let e = load "rows.csv"\nplot bar $e x:a y:b']
        folder = tempfile.mkdtemp()
        with open(f"{folder}/gnuplot", "w") as program:
            program.write("#!/bin/sh\nexec sleep 20\n")
        os.chmod(f"{folder}/gnuplot", 0o755)
        with open("rows.csv", "w") as rows:
            rows.write("a,b\n1,2\n")
        environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
        # Under nohup, SIGHUP is ignored, and a child process inherits that.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        for code in cells:
            for number, status in ((None, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
                manager = KernelManager(kernel_name="swirl")
                manager.start_kernel(env=environment)
                client = manager.client()
                client.start_channels()
                client.wait_for_ready(timeout=60)
                if code:
                    client.execute(code)
                    time.sleep(3)
                process = manager.provisioner.process
                start = time.time()
                if number is None:
                    manager.request_shutdown()
                else:
                    process.send_signal(number)
                self.assertEqual(process.wait(timeout=30), status, code)
                print(f"ended {1e3 * (time.time() - start):.0f} ms after {number or 'the request'}: {code[:30]}")
                client.stop_channels()
                manager.cleanup_resources()

    def test_history_outlives_the_session(self):
        self.run_cell('call calculator "123+1"')
        self.run_cell('call calculator "123+2"')
        self.manager.restart_kernel(now=False)
        self.client.wait_for_ready(timeout=60)
        self.run_cell('call calculator "123+3"')

        def ask(**options):
            message = self.client.history(raw=True, output=False, **options)
            reply = self.client.get_shell_msg(timeout=20)
            self.assertEqual(reply["parent_header"]["msg_id"], message)
            return reply["content"]["history"]

        found = ask(hist_access_type="search", pattern='*123+?"', n=10)
        self.assertEqual([code[-3:-1] for _, _, code in found[-3:]], ["+1", "+2", "+3"])
        self.assertNotEqual(found[-1][0], found[-2][0])
        self.assertEqual([line for _, line, _ in ask(hist_access_type="range", session=0, start=1, stop=9)], [1])
        earlier = ask(hist_access_type="range", session=-1, start=1, stop=10_000)
        self.assertEqual(earlier[-1][2], 'call calculator "123+2"')
        self.assertEqual(ask(hist_access_type="tail", n=2)[0][2], 'call calculator "123+2"')

    def test_a_line_of_history_that_was_cut_off_harms_no_other(self):
        file = next(path for path in (".swirl/history.jsonl",) if os.path.exists(path))
        with open(file, "a") as history:
            history.write('{"code": "cut o')
        self.manager.restart_kernel(now=False)
        self.client.wait_for_ready(timeout=60)
        self.run_cell("let after_the_cut = 1")
        self.manager.restart_kernel(now=False)
        self.client.wait_for_ready(timeout=60)
        self.client.history(raw=True, output=False, hist_access_type="search", pattern="*after_the_cut*")
        self.assertEqual(len(self.client.get_shell_msg(timeout=20)["content"]["history"]), 1)

    def test_words_are_explained_and_completed_where_they_stand(self):
        def inspected(code, cursor):
            self.client.inspect(code, cursor)
            content = self.client.get_shell_msg(timeout=20)["content"]
            return content["data"].get("text/plain", "") if content["found"] else None

        def completed(code):
            self.client.complete(code, len(code))
            return self.client.get_shell_msg(timeout=20)["content"]["matches"]

        self.assertIn("learn", inspected("train updates:2", 2))
        self.assertIn("updates:", inspected("train updates:2", 8))
        self.assertIn("GOOD", inspected("filter process", 9))
        self.assertIsNone(inspected("train nonsense", 9))
        self.assertIn("filter", completed("?fil"))
        self.assertEqual(completed(".c"), [".cells"])
        for code, status in (("?filter", "ok"), ("?", "ok"), ("?nonsense", "error"), (".save x", "error"), ("  ", "ok")):
            self.assertEqual(self.run_cell(code)[0]["status"], status, code)

    def test_a_cell_that_rests_on_something_changed_is_told(self):
        def run(code, cell):
            message = self.client.session.msg("execute_request", {"code": code, "silent": False, "store_history": True,
                "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}, metadata={"cellId": cell})
            self.client.shell_channel.send(message)
            outputs = self.outputs(message["header"]["msg_id"])
            return self.client.get_shell_msg(timeout=60)["content"], "".join(
                o["content"].get("text", "") + o["content"].get("data", {}).get("text/plain", "") for o in outputs)

        cells = {"a": "let n = 1", "b": "let twice = $n + $n", "c": 'call calculator "1+1"'}
        for cell, code in cells.items():
            reply, text = run(code, cell)
            self.assertEqual(reply["status"], "ok")
            self.assertNotIn("stale", text)
        second = reply["execution_count"] - 1
        self.assertIn(f"[{second}] let twice", run("let n = 5", "a")[1])
        listing = run(".cells", "d")[1]
        self.assertTrue([line for line in listing.splitlines() if f"[{second}]" in line and "stale: $n" in line], listing)
        run("let twice = $n + $n", "b")
        self.assertNotIn("stale", run(".cells", "d")[1])

    def test_the_key_is_never_shown(self):
        key = self.manager.session.key.decode()
        reply, outputs = self.run_cell("help")
        self.assertNotIn(key, json.dumps([reply, outputs], default=str))


if __name__ == "__main__":
    unittest.main()
