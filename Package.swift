// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// `tools/fuzz` alone: libFuzzer's targets, and a compiler that has libFuzzer.
let isFuzzing = ProcessInfo.processInfo.environment["BLIP66_FUZZING"] != nil

/// `tools/sanitize` alone, `address` or `thread`: without the program, modules that are data or pages, and their tests, since a build with a
/// sanitizer takes long. What reads a stranger's bytes, calls a C library, or starts threads and processes stays.
let sanitizer = ProcessInfo.processInfo.environment["BLIP66_SANITIZING"]
let notSanitized: Set = [
    "Blip66Families", "Bolt01Families", "Bolt04Families", "Bolt12Families", "GridFamilies", "HTMLReport",
    "Inspection", "Mutants", "Proof", "SaltFamilies", "VectorGeneration", "VectorValidation",
]
/// Where threads share something: processes and their lines, the C libraries' contexts, files.
let testsOfThreads: Set = ["CatalogueTests", "DriverTests", "PrimitivesTests", "StrictJSONTests"]

func isBuilt(_ target: Target) -> Bool {
    guard let sanitizer else { return true }
    if target.name == "Blip66Tool" || ["ProjectTests", "ScenariosTests"].contains(target.name) { return false }
    if sanitizer == "thread", target.isTest, !testsOfThreads.contains(target.name) { return false }
    return !notSanitized.contains(target.isTest ? String(target.name.dropLast("Tests".count)) : target.name)
}

/// Settings of every Swift target: warnings are errors, and an import is private to its file unless it says otherwise.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]

/// Of modules whose code is data, or runs once in a run, and of tests: the optimizer would take most of the time of a build, and gain
/// nothing.
let unoptimizedSettings = strict + [.unsafeFlags(["-Onone"])]

/// What reads an object of the protocol. For fuzzing the rest is not optimized: it reads files, and a build with coverage takes long.
let fuzzed: Set = ["InvoiceServer", "Lightning", "Primitives", "Rules", "StrictJSON", "Wire"]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    let isOptimized = !isFuzzing || fuzzed.contains(name)
    return .target(name: name, dependencies: dependencies, swiftSettings: isOptimized ? strict : unoptimizedSettings)
}

/// What a page for a browser is made of, compiled into the program.
let partsOfThePage: [Resource] = [
    .embedInCode("page.mustache"), .embedInCode("annotation.mustache"), .embedInCode("page.css"),
    .embedInCode("page.js"),
]

func unoptimized(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        resources: resources,
        swiftSettings: unoptimizedSettings
    )
}

/// `blip66 bench` shows allocations in a build with this alone: it puts a malloc of its own into the program.
let counting: [CSetting] =
    ProcessInfo.processInfo.environment["BLIP66_COUNT_ALLOCATIONS"] == nil
    ? [] : [.define("CFLOOR_COUNTS_ALLOCATIONS")]

func cModule(_ name: String) -> Target { .target(name: name, cSettings: [.unsafeFlags(["-O2"])] + counting) }

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        swiftSettings: unoptimizedSettings
    )
}

func systemLibrary(_ name: String, pkgConfig: String, apt: String, brew: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

/// `tools/documentation` alone needs the plugin.
let documentation: [Package.Dependency] =
    ProcessInfo.processInfo.environment["BLIP66_DOCUMENTATION"] == nil
    ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")]

let fuzzing: [Target] =
    !isFuzzing
    ? []
    : [
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Catalogue", "Driver", "InvoiceServer", "Lightning", "Primitives", "Reference", "Rules", "Scenarios",
                "StrictJSON", "VectorFormat", "VectorValidation", "Wire",
            ],
            path: "Fuzz",
            // libFuzzer's library has a `main` too; whichever is taken calls the other's functions.
            linkerSettings: [.unsafeFlags(["-Xlinker", "-z", "-Xlinker", "muldefs"], .when(platforms: [.linux]))]
        )
    ]

let package = Package(
    name: "blip66",
    platforms: [.macOS(.v15)],
    products: sanitizer != nil ? [] : [.executable(name: "blip66", targets: ["Blip66Tool"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ] + documentation,
    targets: [
        systemLibrary("CSecp256k1", pkgConfig: "libsecp256k1", apt: "libsecp256k1-dev", brew: "libsecp256k1"),
        systemLibrary("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev", brew: "libsodium"),
        systemLibrary("CJansson", pkgConfig: "jansson", apt: "libjansson-dev", brew: "jansson"),

        // The parser in C that `blip66 bench` measures readers against.
        cModule("CFloor"),

        module("Wire"),
        module("Rules"),
        module("Primitives", ["CSecp256k1", "CSodium"]),
        module("Lightning", ["Primitives", "Wire", "Rules"]),
        module("InvoiceServer", ["Lightning", "Primitives", "Rules", "Wire"]),
        module("SaltSecret", ["InvoiceServer", "Lightning", "Primitives", "Rules", "Wire"]),
        module("StrictJSON", ["CJansson"]),
        module("Reference", ["InvoiceServer", "Lightning", "Primitives", "Rules", "SaltSecret", "StrictJSON", "Wire"]),
        unoptimized(
            "Mutants",
            [
                "Catalogue", "InvoiceServer", "Lightning", "Primitives", "Reference", "Rules", "SaltSecret",
                "StrictJSON", "Wire",
            ]
        ),
        module("Catalogue", ["Rules", "StrictJSON"]),
        module("VectorFormat", ["Catalogue", "Rules", "StrictJSON"]),
        unoptimized(
            "VectorKit",
            [
                "Catalogue", "InvoiceServer", "Lightning", "Primitives", "Reference", "Rules", "StrictJSON",
                "VectorFormat", "Wire",
            ]
        ),
        unoptimized("Bolt01Families", ["Rules", "StrictJSON", "VectorFormat", "VectorKit"]),
        unoptimized(
            "Bolt04Families",
            ["Lightning", "Primitives", "Reference", "Rules", "StrictJSON", "VectorFormat", "VectorKit", "Wire"]
        ),
        unoptimized(
            "Bolt12Families",
            ["Lightning", "Primitives", "Reference", "Rules", "StrictJSON", "VectorFormat", "VectorKit", "Wire"]
        ),
        unoptimized(
            "Blip66Families",
            ["InvoiceServer", "Lightning", "Primitives", "Rules", "StrictJSON", "VectorFormat", "VectorKit", "Wire"]
        ),
        unoptimized(
            "SaltFamilies",
            ["Lightning", "Primitives", "Rules", "SaltSecret", "StrictJSON", "VectorFormat", "VectorKit", "Wire"]
        ),
        unoptimized(
            "GridFamilies",
            [
                "InvoiceServer", "Lightning", "Primitives", "Reference", "Rules", "StrictJSON", "VectorFormat",
                "VectorKit", "Wire",
            ]
        ),
        unoptimized(
            "VectorGeneration",
            [
                "Blip66Families", "Bolt01Families", "Bolt04Families", "Bolt12Families", "Catalogue", "GridFamilies",
                "Primitives", "Rules", "SaltFamilies", "Scenarios", "StrictJSON", "VectorFormat", "VectorKit",
            ]
        ),
        unoptimized(
            "VectorValidation",
            [
                "Catalogue", "GridFamilies", "Lightning", "Mutants", "Primitives", "Reference", "Rules", "Scenarios",
                "StrictJSON",
                "VectorFormat", "VectorKit", "Wire",
            ]
        ),
        module(
            "Driver",
            [
                "Catalogue", "Reference", "Rules", "Scenarios", "StrictJSON", "VectorFormat",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]
        ),
        module(
            "Bench",
            [
                "CFloor", "CSecp256k1", "CSodium", "Catalogue", "Driver", "InvoiceServer", "Lightning", "Primitives",
                "Reference", "Rules", "SaltSecret", "StrictJSON", "VectorFormat", "VectorKit", "Wire",
            ]
        ),
        unoptimized(
            "Proof",
            [
                "Catalogue", "Driver", "GridFamilies", "Mutants", "Rules", "Scenarios", "StrictJSON", "VectorFormat",
            ]
        ),
        unoptimized(
            "Inspection",
            [
                "Catalogue", "InvoiceServer", "Lightning", "Primitives", "Reference", "Rules", "SaltSecret",
                "StrictJSON", "Wire",
            ]
        ),
        unoptimized("Report", ["Catalogue", "Rules", "Scenarios", "StrictJSON"]),
        unoptimized(
            "HTMLReport",
            [
                "Catalogue", "Inspection", "Primitives", "Report", "Rules", "Scenarios", "StrictJSON", "VectorFormat",
                "VectorValidation",
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: partsOfThePage
        ),
        module(
            "Scenarios",
            [
                "Catalogue", "InvoiceServer", "Lightning", "Primitives", "Reference", "Rules", "SaltSecret",
                "StrictJSON", "Wire",
            ]
        ),
        .executableTarget(
            name: "Blip66Tool",
            dependencies: [
                "Bench", "Catalogue", "Driver", "GridFamilies", "HTMLReport", "Inspection", "Lightning", "Mutants",
                "Primitives", "Proof",
                "Reference",
                "Report",
                "Rules", "SaltSecret", "Scenarios", "StrictJSON", "VectorValidation", "VectorFormat",
                "VectorGeneration", "VectorKit",
                "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: unoptimizedSettings
        ),

        .target(
            name: "TestSupport",
            dependencies: ["Catalogue", "Primitives", "Scenarios", "StrictJSON", "VectorFormat"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProjectTests",
            dependencies: ["TestSupport"],
            swiftSettings: unoptimizedSettings
        ),
        tests(of: "Wire", ["Primitives"]),
        tests(of: "Primitives", ["StrictJSON"]),
        tests(of: "Lightning", ["Primitives", "Rules", "StrictJSON", "Wire"]),
        tests(of: "InvoiceServer", ["Catalogue", "Lightning", "Primitives", "Rules", "StrictJSON", "Wire"]),
        tests(of: "SaltSecret", ["Catalogue", "InvoiceServer", "Lightning", "Primitives", "Rules", "Wire"]),
        tests(of: "StrictJSON"),
        tests(of: "Scenarios", ["Catalogue", "Primitives", "Reference", "Rules", "StrictJSON"]),
        tests(
            of: "Reference",
            [
                "Catalogue", "InvoiceServer", "Lightning", "Primitives", "Rules", "Scenarios", "StrictJSON",
                "Wire",
            ]
        ),
        tests(
            of: "Mutants",
            [
                "Catalogue", "InvoiceServer", "Reference", "Rules", "Scenarios", "StrictJSON", "VectorValidation",
                "VectorFormat",
            ]
        ),
        tests(of: "HTMLReport", ["Catalogue", "Primitives", "Rules", "StrictJSON", "VectorFormat"]),
        tests(of: "Bench", ["Catalogue", "Lightning", "Rules", "StrictJSON", "VectorKit", "Wire"]),
        tests(of: "Inspection", ["Catalogue", "Lightning", "Primitives", "SaltSecret", "StrictJSON"]),
        tests(of: "Catalogue", ["Rules", "StrictJSON"]),
        tests(of: "VectorFormat"),
        tests(of: "VectorKit", ["Catalogue", "Rules", "StrictJSON", "VectorFormat"]),
        tests(of: "VectorGeneration", ["Catalogue", "Rules", "StrictJSON", "VectorFormat", "VectorKit"]),
        tests(
            of: "VectorValidation",
            [
                "Catalogue", "GridFamilies", "InvoiceServer", "Mutants", "Reference", "Rules", "Scenarios",
                "StrictJSON", "VectorFormat",
                "VectorKit",
            ]
        ),
        tests(
            of: "Proof",
            [
                "Catalogue", "Driver", "GridFamilies", "Mutants", "Reference", "Rules", "Scenarios", "StrictJSON",
                "VectorFormat", "VectorKit", "VectorValidation",
            ]
        ),
        tests(
            of: "Driver",
            ["Catalogue", "Reference", "Report", "Rules", "Scenarios", "StrictJSON", "VectorFormat"]
        ),
    ].filter(isBuilt) + fuzzing
)
