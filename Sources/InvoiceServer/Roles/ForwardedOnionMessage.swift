package import Lightning
package import Wire

/// An onion message that is for somebody else, as a node finds it that may look into it.
package struct ForwardedOnionMessage: Hashable, Sendable {
    /// All records of this node's layer.
    package let onionmsg_tlv: TLVStream
    package let next: NextHop
    /// What goes on.
    package let message: OnionMessage

    package init(onionmsg_tlv: TLVStream, next: NextHop, message: OnionMessage) {
        self.onionmsg_tlv = onionmsg_tlv
        self.next = next
        self.message = message
    }
}
