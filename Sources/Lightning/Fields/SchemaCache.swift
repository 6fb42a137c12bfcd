internal import Synchronization

/// Tables that depend on numbers of a profile, each made once: to make one takes longer than to read a stream by it.
package final class SchemaCache<Numbers: Hashable & Sendable>: Sendable {
    private let schemas = Mutex<[Numbers: TLVSchema]>([:])
    /// Profiles come with `hello` too, as many as somebody likes.
    private let limit = 64

    package init() {}

    package func schema(_ numbers: Numbers, _ make: () -> TLVSchema) -> TLVSchema {
        schemas.withLock { schemas in
            if let made = schemas[numbers] { return made }
            let schema = make()
            if schemas.count >= limit { schemas.removeAll() }
            schemas[numbers] = schema
            return schema
        }
    }
}
