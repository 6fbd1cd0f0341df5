import CommandKit
import Failures
import Foundation
import Keys
import Models
import Persistence

/// An object that is kept in the store: each brings its own form as named files, beside its declaration.
package protocol StoredObject: WorkspaceObject {
    /// The object as files, by name. References to other objects are keys.
    ///
    /// - Parameter codecs: the forms of policies, an engine each.
    /// - Throws: when a value can't be encoded.
    func files(_ codecs: [any PolicyCodec.Type]) throws -> [String: Data]

    /// - Throws: when the files are not what was written.
    init(_ files: StoredFiles, _ library: ObjectLibrary) throws
}

/// What an object may need beside its own files to be read.
package struct ObjectLibrary {
    /// The forms of policies, an engine each.
    package let codecs: [any PolicyCodec.Type]
    private let resolve: (ContentKey, ObjectType) throws -> any WorkspaceObject

    package init(
        _ codecs: [any PolicyCodec.Type],
        resolve: @escaping (ContentKey, ObjectType) throws -> any WorkspaceObject
    ) {
        self.codecs = codecs
        self.resolve = resolve
    }

    /// Another stored object.
    ///
    /// - Throws: ``DamagedObject`` where it is something else; what reading it throws.
    func object<Object: WorkspaceObject>(_ key: ContentKey, as type: Object.Type) throws -> Object {
        guard let object = try resolve(key, Object.type) as? Object else {
            throw DamagedObject("what it refers to as \(Object.type.name) is something else")
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

    /// - Throws: ``DamagedObject`` where it is missing.
    subscript(name: String) -> Data {
        get throws {
            guard let data = all[name] else { throw DamagedObject("\(name) is missing") }
            return data
        }
    }

    /// A file that holds one JSON value.
    func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        try JSONForm.decoder.decode(type, from: self[name])
    }

    /// A file that holds one JSON value a line.
    func lines<Value: Decodable & Sendable>(_ name: String, of type: Value.Type) throws -> [Value] {
        try JSONForm.values(self[name], of: type)
    }
}

/// The files of a stored object are not what was written.
package struct DamagedObject: Explained {
    package let message: String

    package var code: FailureCode { .damagedResult }

    package init(_ message: String) {
        self.message = message
    }
}
