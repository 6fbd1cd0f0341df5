import Events

extension HTMLReport {
    /// The style sheet of reports. It supports light and dark mode. Charts always have a white background, because
    /// their colors were chosen for it. A wide table has its own scroll bar, so that the page does not scroll sideways
    /// on a phone.
    static let style = """
        :root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --soft: #57606a; --line: #d0d7de; --box: #f6f8fa;
          --yes: #0a6640; --no: #a40e26; --open: #7a4d00; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --soft: #9da7b3; --line: #30363d;
          --box: #161b22; --yes: #56d364; --no: #ff7b72; --open: #e3b341; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 84rem; margin: 0 auto; padding: 1rem; }
        h1, h2, h3 { overflow-wrap: anywhere; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 1rem; }
        h2 { font-size: 1.2rem; margin: 2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
        h3 { margin: .8rem 0 .2rem; font-size: 1rem; }
        pre, code { font-family: ui-monospace, monospace; font-size: .85rem; }
        pre { background: var(--box); border: 1px solid var(--line); border-radius: 6px; padding: .7rem; overflow-x: auto;
          white-space: pre-wrap; overflow-wrap: anywhere; }
        .comment, .cell { color: var(--soft); } .cell, .keyword, .command { font-weight: 600; }
        .keyword, .operator { color: var(--no); } .number, .constant, .string { color: var(--yes); }
        .name, .variable { color: var(--open); }
        .question { white-space: pre-wrap; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; margin: .6rem 0; font-size: .9rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; font-weight: 600; padding: .2rem 0; }
        th, td { text-align: left; padding: .3rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top; }
        td:first-child { white-space: nowrap; }
        .claim { min-width: 15rem; }
        .n { text-align: right; white-space: nowrap; }
        .best { font-weight: 700; }
        .facts th { font-weight: 500; color: var(--soft); white-space: nowrap; }
        .small { color: var(--soft); font-size: .85rem; white-space: pre-line; }
        .verdict { font-weight: 700; white-space: nowrap; }
        .yes { color: var(--yes); } .no { color: var(--no); } .open { color: var(--open); }
        .warning { color: var(--open); }
        .fate { border: 1px solid var(--line); border-radius: 999px; padding: .1rem .6rem; font-weight: 500; font-size: .85rem; }
        figure { margin: 1rem 0; }
        .drawing { overflow-x: auto; background: #ffffff; border: 1px solid var(--line); border-radius: 6px; padding: .3rem; }
        figure svg { display: block; width: 100%; height: auto; min-width: 34rem; max-width: 60rem; margin: 0 auto; }
        .failed { border: 2px solid var(--no); border-radius: 6px; padding: .5rem .8rem; margin: 1rem 0; }
        @media (max-width: 40rem) { .verdicts thead { display: none; } .verdicts td { display: block; border: 0; padding: .1rem .4rem; }
          .verdicts td:last-child:not(:empty)::before { content: "the paper: "; }
          .verdicts .n { text-align: left; white-space: normal; } .verdicts tr { display: block; border-bottom: 1px solid var(--line); padding: .4rem 0; } }
        details { margin: .4rem 0; }
        summary { cursor: pointer; overflow-wrap: anywhere; }
        """
}
