"""The kernel before Jupyter's own tests (jupyter_kernel_test), with everything enabled that applies.

The kernel has to be installed where Jupyter looks: `swirl kernel install --prefix ENVIRONMENT`.
"""

import os
import tempfile
import unittest

import jupyter_kernel_test

os.chdir(tempfile.mkdtemp())


class SwirlKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "swirl"
    language_name = "swirl"
    file_extension = ".swirl"

    # A file that was written goes to a stream.
    code_hello_world = 'report to:"hello, world.md"'
    code_stderr = "model nano-xs tokens:5k; dataset hop-nano limit:2; rollout samples:1; judge; filter steps > 99"

    code_execute_result = [
        {"code": 'call calculator "6*7"', "result": "42"},
        {"code": "let n = 5; $n", "result": "5", "mime": "text/plain"},
    ]
    code_display_data = [
        {"code": 'call calculator "1+1"; call calculator "2+2"', "mime": "text/plain"},
        {"code": 'paper table4; call calculator "2+2"', "mime": "text/html"},
    ]
    code_generate_error = 'call calculator "1/0"'

    completion_samples = [
        {"text": "roll", "matches": {"rollout"}},
        {"text": "dataset hop", "matches": {"hop-nano"}},
        {"text": "train object", "matches": {"objective:"}},
    ]
    complete_code_samples = ["model nano", "sweep a:[1 2] { help }", "# only a comment"]
    incomplete_code_samples = ["sweep a:[1 2] {", "let x = [1 2", "filter process and"]
    invalid_code_samples = ["let = 5", "model nano }"]
    code_inspect_sample = "filter"
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = 'call calculator "6?7"*'
    code_page_something = "?filter"
    # No statement begins by taking something back; a failing one does, and test_wire looks at that.
    code_clear_output = None


if __name__ == "__main__":
    unittest.main()
