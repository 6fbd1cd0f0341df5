extension Double {
    /// The shortest decimal text that reads back as the same number. Whole numbers below 10¹⁵ have no `.0`.
    package var shortest: String {
        if self == rounded(), magnitude < 1e15 { return String(Int64(self)) }
        return String(self)
    }

    /// Returns the number rounded to a fixed number of decimals, independent of the locale: `0.5.fixed(2)` is `0.50`.
    /// Numbers with more than 15 digits are not rounded.
    package func fixed(_ decimals: Int) -> String {
        guard isFinite else { return String(self) }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (magnitude * scale).rounded()
        guard scaled < 1e15 else { return String(self) }
        let digits = String(Int64(scaled))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + padded }
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}

extension Int {
    /// The number with commas between groups of three digits: `12,345`.
    package var grouped: String {
        let digits = String(magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return self < 0 ? "-" + text : text
    }
}

extension Double {
    /// A number of seconds as text, such as `45 s`, `3 min 10 s` or `2 h 5 min`.
    package var duration: String {
        let whole = Int(rounded(.up))
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
