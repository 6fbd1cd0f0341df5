/// Facts about the swirl program.
package enum Program {
    package static let version = "0.3.0"
}
