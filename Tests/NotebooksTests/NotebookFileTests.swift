import Events
import Foundation
import Notebooks
import Testing

@Suite struct NotebookFileTests {
    @Test func `a file is read and written as Jupyter writes it`() throws {
        let text = #"""
            {
             "cells": [
              {
               "cell_type": "code",
               "execution_count": 3,
               "id": "abc-1",
               "metadata": {
                "tags": []
               },
               "outputs": [
                {
                 "name": "stdout",
                 "output_type": "stream",
                 "text": [
                  "é \"x\" \\ \t / \u0001\n"
                 ]
                }
               ],
               "source": [
                "help\n",
                "model nano"
               ]
              },
              {
               "cell_type": "markdown",
               "id": "b",
               "metadata": {},
               "source": []
              }
             ],
             "metadata": {
              "a": 0.5,
              "b": [
               1,
               true,
               null
              ]
             },
             "nbformat": 4,
             "nbformat_minor": 5
            }

            """#
        let notebook = try Notebook(Data(text.utf8))
        #expect(notebook.cells[0].source == "help\nmodel nano")
        #expect(String(decoding: notebook.data, as: UTF8.self) == text)
    }

    @Test func `cells with missing or duplicate ids get unique ids`() throws {
        let text = """
            {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [
             {"cell_type": "code", "metadata": {}, "source": "x", "outputs": [], "execution_count": null},
             {"cell_type": "code", "metadata": {}, "source": "x", "outputs": [], "execution_count": null},
             {"cell_type": "raw", "id": "a", "metadata": {}, "source": ""},
             {"cell_type": "raw", "id": "a", "metadata": {}, "source": ""}]}
            """
        let ids = try Notebook(Data(text.utf8)).cells.map(\.id)
        #expect(Set(ids).count == 4 && ids[2] == "a" && !ids.contains(""))
        #expect(try Notebook(Data(text.utf8)).cells.map(\.id) == ids)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"nbformat": 3, "worksheets": []}"#, #"{"nbformat": 4, "cells": [{}]}"#,
        #"{"nbformat": 4, "cells": [{"cell_type": "code", "source": 5}]}"#,
    ]) func `a file without a notebook's structure is refused`(text: String) {
        #expect(throws: NotebookFailure.self) { try Notebook(Data(text.utf8)) }
    }
}
