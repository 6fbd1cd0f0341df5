import CommandKit
import Failures
import Foundation
import Keys
import Models
import Persistence

/// An object that can be saved in the store. Each type defines its form as named files next to its declaration.
package protocol StoredObject: WorkspaceObject {
    /// Returns the object as files, by name. References to other objects are keys.
    ///
    /// - Parameter codecs: the codecs for policies, one per engine.
    /// - Throws: if a value can't be encoded.
    func files(_ codecs: [any PolicyCodec.Type]) throws -> [String: Data]

    /// Reads the object from its files.
    ///
    /// - Throws: if files are missing or damaged.
    init(_ files: StoredFiles, _ library: ObjectLibrary) throws
}

/// The resources, besides its own files, that an object may need when it is read.
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

    /// Returns another stored object.
    ///
    /// - Throws: ``DamagedObject`` if the object has another type; any error of reading it.
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

    /// Decodes a file that holds one JSON value.
    func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        try JSONForm.decoder.decode(type, from: self[name])
    }

    /// Decodes a file that holds one JSON value per line.
    func lines<Value: Decodable & Sendable>(_ name: String, of type: Value.Type) throws -> [Value] {
        try JSONForm.values(self[name], of: type)
    }
}

/// An error in the files of a stored object: they are missing or differ from those that were written.
package struct DamagedObject: Explained {
    package let message: String

    package var code: FailureCode { .damagedResult }

    package init(_ message: String) {
        self.message = message
    }
}
