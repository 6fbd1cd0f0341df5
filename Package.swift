// swift-tools-version: 6.2
import PackageDescription

// One target per room; the floors and who may import whom are drawn in ARCHITECTURE.md.
// `swift build --explicit-target-dependency-import-check error` holds them.

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
]
let kernelSettings: [CSetting] = [
    .unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=fast"]),
    // Compilers hold back from the widest registers; here they are a twentieth faster.
    .unsafeFlags(["-mprefer-vector-width=512"], .when(platforms: [.linux])),
]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let bigInt: Target.Dependency = .product(name: "BigInt", package: "BigInt")
let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

/// macOS has Accelerate in its place.
let openBLAS: Target.Dependency = .target(name: "COpenBLAS", condition: .when(platforms: [.linux]))

/// Where headers lie in the usual place, pkg-config has nothing to add but flags that draw a warning.
#if os(macOS)
    let zeroMQ: String? = "libzmq"
#else
    let zeroMQ: String? = nil
#endif

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies,
        exclude: ["DatasetsTests", "GemmaTests", "StepwiseRLTests", "ToolsTests"].contains(name)
            ? ["Fixtures"] : [],
        swiftSettings: swiftSettings)
}

let package = Package(
    name: "swirl",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "swirl", targets: ["swirl"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/attaswift/BigInt", exact: "6.0.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        // Floor 0: C
        .target(name: "CEditLine", linkerSettings: [.linkedLibrary("edit")]),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        .systemLibrary(
            name: "CZeroMQ", pkgConfig: zeroMQ, providers: [.apt(["libzmq3-dev"]), .brew(["zeromq"])]),
        .target(name: "CKernels", cSettings: kernelSettings),
        // Floor 0: text that enters another language
        room("Escaping"),
        // Floor 1: values, pure
        room("Keys", [crypto]),
        room("Arithmetic", [bigInt]),
        room("Trajectories", ["Keys"]),
        room("Output", ["Escaping"]),
        room("Language", ["Escaping"]),
        room("Paper"),
        // Floor 2: one purpose each
        room(
            "Gemma", ["CKernels", "Keys", openBLAS]),
        room("Interpreter", ["Keys", "Language", "Output"]),
        room("SearchIndex"),
        room("Gnuplot", ["Escaping", "Output"]),
        room("Tools", ["Arithmetic", "Trajectories", "SearchIndex"]),
        room("Datasets", ["Keys", "Trajectories"]),
        room("Models", ["Keys", "Trajectories", "Gemma"]),
        room("Store", ["Keys", "Trajectories", grdb]),
        // Floor 3: learning and measuring
        room("StepwiseRL", ["Arithmetic", "Keys", "Trajectories"]),
        room("Statistics"),
        room("Notebooks", ["Escaping", "Keys", "Language", "Interpreter", "Output"]),
        // Floor 4: where language and learning meet
        room(
            "Commands",
            [
                "Escaping", "Keys", "Trajectories", "Output", "Language", "Interpreter", "Tools", "Datasets",
                "Models", "Gemma", "Store", "StepwiseRL", "Statistics", "Paper", "Gnuplot",
            ]),
        // Floor 5: front ends
        room("Terminal", ["Escaping", "Language", "Interpreter", "Output", "CEditLine"]),
        room("JupyterKernel", ["Language", "Interpreter", "Notebooks", "Output", "CZeroMQ", crypto]),
        // Roof
        .executableTarget(
            name: "swirl",
            dependencies: [
                "Commands", "Escaping", "Interpreter", "JupyterKernel", "Language", "Notebooks", "Output",
                "Store",
                "Terminal",
                argumentParser,
            ],
            swiftSettings: swiftSettings),
        // Benchmarks: our side of Tests/Benchmarks/bench.py
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Keys", "Trajectories", "Gemma", "SearchIndex", "Tools", "Datasets", "Models", "Store",
                "StepwiseRL", "Commands", "Interpreter", "Language", "Output", openBLAS,
            ],
            path: "Tests/Benchmarks/Engine", swiftSettings: swiftSettings),
        // Tests
        tests("KeysTests", ["Datasets", "Interpreter", "Keys", "Models", "StepwiseRL", "Trajectories"]),
        tests("LanguageTests", ["Keys", "Language"]),
        tests("GemmaTests", ["CKernels", openBLAS, "Keys", "Gemma", crypto]),
        tests("ModelsTests", ["Keys", "Trajectories", "Gemma", "Models"]),
        tests("StepwiseRLTests", ["Keys", "Trajectories", "StepwiseRL"]),
        tests("StatisticsTests", ["Keys", "Statistics"]),
        // Texts that try to break out of every language that texts are written into
        .target(name: "HostileTexts", path: "Tests/HostileTexts", swiftSettings: swiftSettings),
        tests("OutputTests", ["Escaping", "Output", "Gnuplot", "HostileTexts"]),
        tests("StoreTests", ["Keys", "Trajectories", "Store"]),
        tests("NotebooksTests", ["HostileTexts", "Keys", "Interpreter", "Language", "Notebooks", "Output"]),
        tests("RecipeTests", ["HostileTexts", "Keys", "swirl"]),
        tests("TerminalTests", ["HostileTexts", "Interpreter", "Language", "Commands", "Terminal"]),
        tests("ToolsTests", ["Arithmetic", "Trajectories", "Tools", "SearchIndex"]),
        tests("DatasetsTests", ["Arithmetic", "Keys", "Trajectories", "Tools", "Datasets"]),
        tests(
            "CommandsTests",
            [
                "HostileTexts", "Keys", "Language", "Interpreter", "Output", "Commands", "Statistics",
                "Models",
                "Trajectories",
            ]),
    ],
    cLanguageStandard: .gnu17
)
