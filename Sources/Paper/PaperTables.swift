/// The tables and figures of the paper (SWiRL, arXiv 2504.04736).
///
/// The numbers of tables are copied as printed. The numbers of figures were measured in the published charts (±0.005).
/// The rows have the same names as in the recipes.
extension PaperTable {
    package static let all: [PaperTable] = [
        PaperTable(
            "table1", "Table 1", "systems, GPT-4o as judge; base and swirl are Gemma 2 27b",
            keys: ["system"], worlds: ["hop-nano", "cofca-nano", "musique-nano"],
            """
            base            .586 .317 .354
            swirl           .678 .393 .436
            gpt-4           .748 .519 .639
            gpt-3.5         .628 .407 .531
            gemini-1.0-pro  .635 .333 .469
            bing-chat       .721 .416 .523
            o1-preview      .769 .585 .679
            llama-2-7b      .385 .289 .342
            mistral-7b      .349 .256 .292
            qwen-2-7b       .393 .307 .335
            """),
        PaperTable(
            "table2", "Table 2", "generalization: trained on one data set, tested on all", keys: ["trained"],
            worlds: ["gsm-nano", "hop-nano", "cofca-nano", "beer-nano", "musique-nano"],
            """
            base  .65 .65 .54 .59 .45
            gsm   .79 .71 .56 .68 .49
            hop   .76 .73 .62 .68 .50
            """),
        PaperTable(
            "table3", "Table 3", "mean process label: share of steps judged GOOD by the training judge",
            keys: ["system"], worlds: ["hop-nano", "gsm-nano"],
            """
            process:
            base   .825 .875
            swirl  .910 .916
            """),
        PaperTable(
            "table4", "Table 4", "score, F1, precision and recall, n = 1,500 (CofCA 900)", keys: ["system"],
            worlds: ["beer-nano", "cofca-nano", "hop-nano", "musique-nano", "gsm-nano"],
            """
            accuracy:
            base   .597±.025 .583±.032 .667±.024 .431±.025 .685±.024
            swirl  .667±.024 .648±.031 .747±.022 .509±.025 .765±.021
            f1:
            base   .470 .363 .577 .305 .337
            swirl  .561 .467 .678 .398 .500
            precision:
            base   .458 .342 .577 .304 .311
            swirl  .557 .468 .684 .397 .480
            recall:
            base   .565 .552 .633 .364 .445
            swirl  .613 .573 .705 .434 .550
            """),
        PaperTable(
            "table5", "Tables 5 and 6", "judge errors against a manual check of 100 verdicts",
            keys: ["judge"],
            worlds: ["hop-nano", "gsm-nano"],
            """
            false_good:
            gemma-2-27b     .04 .15
            gpt-4o          -   .00
            gemini-1.5-pro  -   .04
            false_bad:
            gemma-2-27b     .01 .00
            gpt-4o          -   .10
            gemini-1.5-pro  -   .00
            """),
        PaperTable(
            "figure4", "Figure 4", "filters on trajectories of HotpotQA", keys: ["strategy"],
            worlds: ["hop-nano", "musique-nano", "cofca-nano", "beer-nano"],
            """
            base     .56 .55 .49 .58
            outcome  .63 .54 .57 .62
            both     .66 .61 .55 .62
            none     .69 .59 .59 .66
            process  .71 .64 .64 .72
            """),
        PaperTable(
            "figure5", "Figure 5", "SFT against SWiRL on the same trajectories", keys: ["learning"],
            worlds: ["hop-nano", "musique-nano", "cofca-nano", "beer-nano"],
            """
            sft_both       .50 .42 .48 .51
            sft_process    .40 .30 .14 .41
            swirl_both     .66 .61 .55 .62
            swirl_process  .71 .64 .64 .72
            """),
        PaperTable(
            "figure6", "Figure 6", "with and without tools at inference", keys: ["offered", "system"],
            worlds: ["hop-nano", "musique-nano", "cofca-nano", "beer-nano", "gsm-nano"],
            """
            without base   .383 .353 .333 .323 .31
            without swirl  .41  .317 .273 .307 .553
            with    base   .66  .463 .54  .633 .657
            with    swirl  .74  .547 .623 .673 .80
            """),
        PaperTable(
            "figure7", "Figure 7", "number of training trajectories", keys: ["trajectories"],
            worlds: ["hop-nano", "musique-nano", "cofca-nano", "beer-nano", "gsm-nano"],
            """
            0      .56 .55 .49 .58 .65
            100    .59 .51 .51 .63 .683
            1000   .67 .62 .51 .65 .73
            10000  .71 .64 .64 .72 .76
            """),
        PaperTable(
            "figure8", "Figure 8", "student and teacher (Gemini 1.5 Pro)", keys: ["system"],
            worlds: ["hop-nano", "musique-nano", "cofca-nano", "beer-nano", "gsm-nano"],
            """
            base     .65  .45  .54  .59  .65
            teacher  .777 .547 .583 .667 .913
            swirl    .73  .50  .62  .68  .76
            """),
        PaperTable(
            "figure9", "Figure 9", "training on own trajectories or the teacher's", keys: ["learning"],
            worlds: ["hop-nano", "musique-nano", "cofca-nano", "beer-nano", "gsm-nano"],
            """
            base         .65 .45 .54 .59  .65
            sft_own      .50 .42 .48 .51  .24
            sft_teacher  .39 .19 .32 .343 .22
            swirl_own    .73 .50 .62 .68  .76
            """),
        PaperTable(
            "figure10", "Figure 10",
            "SWiRL minus base by model size; nano-xs, nano, nano-l stand for Gemma 2 2b, 9b, 27b",
            keys: ["size"], worlds: ["musique-nano", "beer-nano", "cofca-nano", "hop-nano"],
            isDifference: true,
            """
            nano-xs  -.09 +.03 -.01 +.13
            nano     +.08 0    -.13 +.05
            nano-l   +.09 +.14 +.15 +.15
            """),
    ]
}
