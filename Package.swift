// swift-tools-version: 6.2
import PackageDescription

// Each module is one target; this project calls it a room. Rooms are arranged in layers, called floors, and import only
// from the same floor or lower ones. docs/architecture.md has the table of allowed imports;
// `swift build --explicit-target-dependency-import-check error` enforces them.

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
]
let kernelSettings: [CSetting] = [
    .unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=fast"]),
    // By default, compilers prefer 256-bit registers to 512-bit ones; these kernels are about 5 % faster with 512 bits.
    .unsafeFlags(["-mprefer-vector-width=512"], .when(platforms: [.linux])),
]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let bigInt: Target.Dependency = .product(name: "BigInt", package: "BigInt")
let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

/// The BLAS library on Linux. On macOS, Accelerate is used instead.
let openBLAS: Target.Dependency = .target(name: "COpenBLAS", condition: .when(platforms: [.linux]))

/// The pkg-config names of ZeroMQ and libarchive, only for macOS. On Linux the headers are in a standard folder, and the flags from
/// pkg-config would only cause a warning.
#if os(macOS)
    let zeroMQ: String? = "libzmq"
    let libArchive: String? = "libarchive"
#else
    let zeroMQ: String? = nil
    let libArchive: String? = nil
#endif

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// A module with entries, such as commands or judges, which ``CataloguePlugin`` finds and lists at build time.
func catalog(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, swiftSettings: swiftSettings, plugins: ["CataloguePlugin"])
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
        // Build tools: one generates the lists of entries, one the hash of the commit
        .executableTarget(name: "catalogue", path: "Plugins/catalogue", swiftSettings: swiftSettings),
        .plugin(
            name: "CataloguePlugin", capability: .buildTool(), dependencies: ["catalogue"],
            path: "Plugins/CataloguePlugin"),
        .executableTarget(name: "stamp", path: "Plugins/stamp", swiftSettings: swiftSettings),
        .plugin(
            name: "StampPlugin", capability: .buildTool(), dependencies: ["stamp"],
            path: "Plugins/StampPlugin"),
        // Floor 0: C
        .target(name: "CEditLine", linkerSettings: [.linkedLibrary("edit")]),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        .systemLibrary(
            name: "CZeroMQ", pkgConfig: zeroMQ, providers: [.apt(["libzmq3-dev"]), .brew(["zeromq"])]),
        .systemLibrary(
            name: "CArchive", pkgConfig: libArchive,
            providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
        .target(name: "CKernels", cSettings: kernelSettings),
        // Floor 0: escaping of text for HTML, JSON, CSV, shells and other formats
        room("Escaping"),
        // Floor 0: error codes and the protocol of errors for the user
        room("Failures"),
        // Floor 1: value types and pure functions
        room("Keys", [crypto]),
        room("Learning", ["Failures"]),
        room("Persistence"),
        room("Arithmetic", [bigInt]),
        room("Trajectories", ["Failures", "Keys", "Learning"]),
        room("Events", ["Escaping"]),
        room("Language", ["Escaping", "Failures"]),
        room("Paper"),
        room("Statistics"),
        // Floor 2: modules with one purpose each
        room("Gemma", ["CKernels", "Failures", "Keys", "Learning", openBLAS]),
        room("CommandKit", ["Events", "Failures", "Keys", "Language", "Persistence"]),
        catalog("Rendering", ["Escaping", "Events", "Failures"]),
        room("Retrieval", ["CKernels", openBLAS]),
        catalog("Tools", ["Arithmetic", "Retrieval", "Trajectories"]),
        catalog("Datasets", ["CArchive", "Escaping", "Keys", "Trajectories"]),
        catalog("Models", ["Failures", "Gemma", "Keys", "Learning", "Persistence", "Trajectories"]),
        room("Store", ["Failures", "Keys", "Persistence", "Trajectories", grdb]),
        // Floor 3: judging, training, interpreting scripts and analyzing results
        catalog("Judges", ["Datasets", "Failures", "Keys", "Trajectories"]),
        catalog("StepwiseRL", ["Arithmetic", "Failures", "Keys", "Learning", "Persistence", "Trajectories"]),
        room("Interpreter", ["CommandKit", "Events", "Failures", "Keys", "Language", "Persistence"]),
        room("Analysis", ["CommandKit", "Events", "Paper", "Statistics"]),
        // Floor 4: the commands, which connect the language with learning
        catalog(
            "Commands",
            [
                "Analysis", "CommandKit", "Datasets", "Escaping", "Events", "Failures", "Gemma", "Judges",
                "Keys", "Language", "Learning", "Models", "Paper", "Persistence", "Rendering", "Retrieval",
                "Statistics", "StepwiseRL", "Store", "Tools", "Trajectories",
            ]),
        // Floor 5: the assembled program without a front end
        room("Application", ["CommandKit", "Commands", "Failures", "Keys", "Persistence", "Store"]),
        // Floor 6: front ends
        room(
            "Terminal",
            ["CEditLine", "CommandKit", "Escaping", "Events", "Interpreter", "Language", "Rendering"]),
        room(
            "Notebooks", ["CommandKit", "Escaping", "Events", "Interpreter", "Keys", "Language", "Rendering"]),
        room(
            "JupyterKernel",
            ["CZeroMQ", "CommandKit", "Events", "Interpreter", "Language", "Notebooks", "Rendering", crypto]),
        // The executable
        .executableTarget(
            name: "swirl",
            dependencies: [
                "Application", "CommandKit", "Commands", "Escaping", "Events", "Failures", "Interpreter",
                "JupyterKernel", "Language", "Notebooks", "Rendering", "Terminal", argumentParser,
            ],
            swiftSettings: swiftSettings, plugins: ["StampPlugin"]),
        // Benchmarks: the Swift part of Tests/Benchmarks/bench.py
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Application", "CommandKit", "Commands", "Datasets", "Events", "Gemma", "Interpreter",
                "Judges", "Keys", "Language", "Learning", "Models", "Retrieval", "StepwiseRL", "Store",
                "Tools", "Trajectories", openBLAS,
            ],
            path: "Tests/Benchmarks/Engine", swiftSettings: swiftSettings),
        // Tests
        tests(
            "KeysTests", ["CommandKit", "Datasets", "Judges", "Keys", "Models", "StepwiseRL", "Trajectories"]),
        tests("LanguageTests", ["Keys", "Language"]),
        tests("GemmaTests", ["CKernels", "Gemma", "Keys", "Learning", crypto, openBLAS]),
        tests(
            "InterpreterTests",
            ["CommandKit", "Events", "Failures", "Interpreter", "Keys", "Language", "Persistence"]),
        tests(
            "JupyterKernelTests",
            ["Application", "CommandKit", "Events", "Interpreter", "JupyterKernel", "Language", "Notebooks"]),
        tests("JudgesTests", ["Datasets", "Judges", "Tools", "Trajectories"]),
        tests("ModelsTests", ["Gemma", "Keys", "Models", "Trajectories"]),
        tests("StepwiseRLTests", ["Keys", "Learning", "Persistence", "StepwiseRL", "Trajectories"]),
        tests("StatisticsTests", ["Keys", "Statistics"]),
        // Hostile test texts: each tries to inject markup or code into a format that swirl writes, such as HTML or CSV
        .target(name: "HostileTexts", path: "Tests/HostileTexts", swiftSettings: swiftSettings),
        tests("RenderingTests", ["Escaping", "Events", "HostileTexts", "Rendering"]),
        tests("StoreTests", ["Keys", "Persistence", "Store", "Trajectories"]),
        tests("NotebooksTests", ["Events", "Interpreter", "Keys", "Notebooks"]),
        tests(
            "ExtensionTests",
            [
                "Application", "CommandKit", "Commands", "Datasets", "Events", "Failures", "Gemma",
                "Interpreter", "Judges", "Keys", "Language", "Learning", "Persistence", "Rendering",
                "StepwiseRL", "Store", "Tools", "Trajectories",
            ]),
        tests("RecipeTests", ["HostileTexts", "Keys", "swirl"]),
        tests(
            "TerminalTests", ["Application", "CommandKit", "Commands", "Interpreter", "Language", "Terminal"]),
        tests("ToolsTests", ["Arithmetic", "Retrieval", "Tools", "Trajectories"]),
        tests("DatasetsTests", ["Arithmetic", "Datasets", "Keys", "Tools", "Trajectories"]),
        tests(
            "CommandsTests",
            [
                "Application", "CommandKit", "Commands", "Events", "HostileTexts", "Interpreter", "Language",
                "Rendering",
            ]),
    ],
    cLanguageStandard: .gnu17
)
