import Statistics
import Testing

@Suite struct AgreementTests {
    private func agreement(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Agreement {
        let pairs =
            Array(repeating: (first: true, second: true), count: a)
            + Array(repeating: (first: true, second: false), count: b)
            + Array(repeating: (first: false, second: true), count: c)
            + Array(repeating: (first: false, second: false), count: d)
        return Agreement(pairs)
    }

    @Test func `kappa is the agreement beyond chance`() throws {
        // A textbook case: 20, 5, 10, 15 give observed 0.7, expected 0.5, kappa 0.4.
        let kappa = try #require(agreement(20, 5, 10, 15).kappa)
        #expect(abs(kappa - 0.4) < 1e-12)
        #expect(agreement(10, 0, 0, 10).kappa == 1)
        #expect(agreement(0, 10, 10, 0).kappa == -1)
        #expect(abs(try #require(agreement(25, 25, 25, 25).kappa)) < 1e-12)
    }

    @Test func `kappa is undefined if both judges always give the same verdict`() {
        #expect(agreement(10, 0, 0, 0).kappa == nil)
        #expect(agreement(0, 0, 0, 0).kappa == nil)
        #expect(agreement(0, 0, 0, 0).observed == nil)
        #expect(agreement(10, 0, 0, 0).observed == 1)
    }
}
