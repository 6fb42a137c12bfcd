package import InvoiceServer
package import Rules
package import StrictJSON

/// `msg.*`: bLIP-66, and BOLT PR 1149 on BOLT 2.
let messageOperations = [messageDecode(MessageForm.all), messageEncode(MessageForm.all)]

/// `msg.decode` with the table of forms that it goes by.
package func messageDecode(_ forms: @escaping @Sendable (Profile) -> [MessageForm]) -> Operation {
    Operation("msg.decode") { profile, input, validation in
        let form = try messageForm(input, forms(profile))
        let message = try Message.read(try input.member("bytes").hex()[...], form, profile, &validation)
        return ["fields": form.schema.fields(message.decoded)]
    }
}

/// `msg.encode` with the table of forms that it goes by.
package func messageEncode(_ forms: @escaping @Sendable (Profile) -> [MessageForm]) -> Operation {
    Operation("msg.encode") { profile, input, validation in
        let form = try messageForm(input, forms(profile))
        let stream = try form.schema.stream(try input.member("fields"))
        return ["type": .decimal(form.type), "bytes": .hex(try form.body(stream, profile, &validation))]
    }
}

/// The form that a request's `message` names.
package func messageForm(_ input: JSONReader, _ forms: [MessageForm]) throws -> MessageForm {
    let name = try input.member("message")
    let wanted = try name.string()
    guard let form = forms.first(where: { $0.name == wanted }) else {
        throw name.fail("one of \(forms.map(\.name).joined(separator: ", ")) is needed")
    }
    return form
}
