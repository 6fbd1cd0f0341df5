import CommandKit
import Failures
import Foundation
import Keys
import Models
import Persistence

/// An object that can be saved in the store as named files.
package protocol StoredObject: WorkspaceObject {
    /// True for objects of large files. Once such an object is stored, it is opened again, because the store maps large
    /// files instead of reading them.
    static var isMapped: Bool { get }

    /// Returns the contents of the object's files, by file name. A reference to another object is stored as its key.
    ///
    /// - Parameter codecs: the codecs for policies, one per engine.
    /// - Throws: ``DamagedObject`` or an encoding error if a value can't be encoded.
    func files(_ codecs: [any PolicyCodec.Type]) throws -> [String: Data]

    /// Reads an object from its files.
    ///
    /// - Throws: ``DamagedObject`` or a decoding error if files are missing or damaged.
    init(_ files: StoredFiles, _ library: ObjectLibrary) throws
}

extension StoredObject {
    package static var isMapped: Bool { false }
}

/// Resources for reading an object: the codecs of policies, and access to other stored objects.
package struct ObjectLibrary {
    /// The codecs for policies, one per engine.
    package let codecs: [any PolicyCodec.Type]
    private let resolve: (ContentKey, ObjectType) throws -> any WorkspaceObject

    package init(
        _ codecs: [any PolicyCodec.Type],
        resolve: @escaping (ContentKey, ObjectType) throws -> any WorkspaceObject
    ) {
        self.codecs = codecs
        self.resolve = resolve
    }

    /// Returns the stored object with this key.
    ///
    /// - Throws: ``DamagedObject`` if the object has another type; the errors of reading the object.
    func object<Object: WorkspaceObject>(_ key: ContentKey, as type: Object.Type) throws -> Object {
        guard let object = try resolve(key, Object.type) as? Object else {
            throw DamagedObject("its reference to \(Object.type.name) leads to an object of another type")
        }
        return object
    }
}

/// The files of a stored object.
package struct StoredFiles {
    package let all: [String: Data]

    package init(_ all: [String: Data]) {
        self.all = all
    }

    /// The content of a file.
    ///
    /// - Throws: ``DamagedObject`` if the file is missing.
    subscript(name: String) -> Data {
        get throws {
            guard let data = all[name] else { throw DamagedObject("\(name) is missing") }
            return data
        }
    }

    /// Decodes a file that contains one JSON value.
    ///
    /// - Throws: ``DamagedObject`` if the file is missing; a decoding error if it has another form.
    func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        try JSONCoding.decoder.decode(type, from: self[name])
    }

    /// Decodes a file that contains one JSON value per line.
    ///
    /// - Throws: ``DamagedObject`` if the file is missing; a decoding error if a line has another form.
    func lines<Value: Decodable & Sendable>(_ name: String, of type: Value.Type) throws -> [Value] {
        try JSONCoding.values(self[name], of: type)
    }
}

/// The error that a stored object can't be read or written, for example because one of its files is missing.
package struct DamagedObject: Explained {
    package let message: String

    package var code: FailureCode { .damagedResult }

    package init(_ message: String) {
        self.message = message
    }
}
