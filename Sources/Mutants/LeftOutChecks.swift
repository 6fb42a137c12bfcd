internal import InvoiceServer
internal import Lightning
internal import Reference
internal import Rules
internal import SaltSecret
internal import Wire

/// Made mutants: each check of each list that an operation or a role goes by, left out once.
///
/// `B12-SI-R5/left-out@static_invoice.validate` is the first check of that requirement in the list, `left-out-2` the second.
enum LeftOutChecks {
    // MARK: Operations

    static let ofOperations: [OperationMutant] =
        of("offer.validate", "offer.validate", OfferReaderChecks.all) {
            offerValidate($0, whenAsync: OfferReaderChecks.ofAsyncOffer)
        }
        + of("offer.validate", "offer.validate.async", OfferReaderChecks.ofAsyncOffer) {
            offerValidate(OfferReaderChecks.all, whenAsync: $0)
        }
        + of("invreq.validate_for", "invreq.validate_for", InvoiceRequestReaderChecks.all, invoiceRequestValidateFor)
        + of("static_invoice.validate", "static_invoice.validate", StaticInvoiceReaderChecks.all, staticInvoiceValidate)
        + of("static_invoice.verify", "static_invoice.verify", StaticInvoiceSignatureChecks.all, staticInvoiceVerify)
        + of("static_invoice.build", "static_invoice.build", StaticInvoiceBuilder.checks) {
            staticInvoiceBuild(ofOffer: OfferReaderChecks.ofContent + OfferReaderChecks.ofChains, ofPlan: $0)
        }
        + of(
            "static_invoice.build",
            "static_invoice.build.offer",
            OfferReaderChecks.ofContent + OfferReaderChecks.ofChains
        ) {
            staticInvoiceBuild(ofOffer: $0, ofPlan: StaticInvoiceBuilder.checks)
        }
        + of("payload.build", "payload.build", PaymentWriterChecks.all, payloadBuild)
        + of("payload.validate", "payload.validate", PaymentReaderChecks.all) { payloadValidate($0) }
        + of("payload.validate", "payload.validate.request", InvoiceRequestReaderChecks.ofRequestAlone) {
            payloadValidate(PaymentReaderChecks.all, ofRequest: $0)
        }
        + of("om.classify", "om.classify", OnionMessageReaderChecks.all) { messageClassify($0) }
        + of("om.peel", "om.peel", OnionMessageReaderChecks.all.without("OM-R2")) { messagePeel($0) }
        + of("path.create", "path.create", BlindedPathChecks.all + BlindedPathChecks.payment, pathCreate)
        + of("path.walk", "path.walk", BlindedPathChecks.all, pathWalk)
        + ofMessages("msg.decode", \.readerChecks, messageDecode)
        + ofMessages("msg.encode", \.writerChecks, messageEncode)

    private static func of<Subject>(
        _ operation: String,
        _ list: String,
        _ checks: [Check<Subject>],
        _ make: @escaping @Sendable ([Check<Subject>]) -> Operation
    ) -> [OperationMutant] {
        checks.indices.map { index in
            let others = checks.without(at: index)
            return OperationMutant(
                name(checks, index, list),
                "leaves out a check of \(checks[index].id) in \(list)",
                isMade: true,
                in: [operation]
            ) { _ in make(others) }
        }
    }

    /// The checks of each message, by the draft's numbers: those of a profile are the same.
    private static func ofMessages(
        _ operation: String,
        _ list: any WritableKeyPath<MessageForm, [Check<Message>]> & Sendable,
        _ make: @escaping @Sendable (@escaping @Sendable (Profile) -> [MessageForm]) -> Operation
    ) -> [OperationMutant] {
        MessageForm.names.flatMap { message, form in
            let checks = form[keyPath: list]
            return checks.indices.map { index in
                OperationMutant(
                    name(checks, index, "\(operation).\(message)"),
                    "leaves out a check of \(checks[index].id) on \(message) in \(operation)",
                    isMade: true,
                    in: [operation]
                ) { _ in
                    make { profile in
                        MessageForm.all(profile).map { form in
                            var form = form
                            if form.name == message { form[keyPath: list] = form[keyPath: list].without(at: index) }
                            return form
                        }
                    }
                }
            }
        }
    }

    // MARK: Roles

    /// Each list of checks of each role.
    static let ofRoles: [Mutant] =
        server(\.requestPath, "requestPath") + server(\.request, "request")
        + server(\.serveStaticInvoicePath, "serveStaticInvoicePath")
        + server(\.serveStaticInvoice, "serveStaticInvoice") + server(\.offerPath, "offerPath")
        + server(\.invoiceRequest, "invoiceRequest")
        + recipient(\.offerPathsPath, "offerPathsPath") + recipient(\.offerPaths, "offerPaths")
        + recipient(\.persistedPath, "persistedPath") + recipient(\.persisted, "persisted")
        + recipient(\.forwardPath, "forwardPath") + recipient(\.forwarded, "forwarded")
        + recipient(\.invoiceRequest, "invoiceRequest") + recipient(\.heldPath, "heldPath")
        + recipient(\.held, "held") + recipient(\.paymentPath, "paymentPath") + recipient(\.payment, "payment")
        + recipient(\.paidRequest, "paidRequest")
        + payer(\.offer, "offer") + payer(\.wanted, "wanted") + payer(\.invoicePath, "invoicePath")
        + payer(\.invoice, "invoice") + payer(\.payable, "payable") + payer(\.releasePath, "releasePath")
        + of("holder", "holder.releasePath", HTLCHolderChecks().releasePath) { checks in
            .holder { $0.checks.releasePath = checks }
        }
        + of("forwarder", "forwarder.checks", OnionMessageReaderChecks.all) { checks in
            .forwarder { $0.checks = checks }
        }

    private static func server<Subject>(
        _ list: any WritableKeyPath<ServerChecks, [Check<Subject>]> & Sendable,
        _ name: String
    ) -> [Mutant] {
        of("server", "server.\(name)", ServerChecks()[keyPath: list]) { checks in
            .server { $0.checks[keyPath: list] = checks }
        }
    }

    private static func recipient<Subject>(
        _ list: any WritableKeyPath<RecipientChecks, [Check<Subject>]> & Sendable,
        _ name: String
    ) -> [Mutant] {
        of("recipient", "recipient.\(name)", RecipientChecks()[keyPath: list]) { checks in
            .recipient { $0.checks[keyPath: list] = checks }
        }
    }

    private static func payer<Subject>(
        _ list: any WritableKeyPath<AsyncPayerChecks, [Check<Subject>]> & Sendable,
        _ name: String
    ) -> [Mutant] {
        of("payer", "payer.\(name)", AsyncPayerChecks()[keyPath: list]) { checks in
            .asyncPayer { $0.checks[keyPath: list] = checks }
        }
    }

    private static func of<Subject>(
        _ role: String,
        _ list: String,
        _ checks: [Check<Subject>],
        _ base: @escaping ([Check<Subject>]) -> MutantBase
    ) -> [Mutant] {
        checks.indices.map { Mutant(name(checks, $0, list), base(checks.without(at: $0))) }
    }

    // MARK: Names

    private static func name<Subject>(_ checks: [Check<Subject>], _ index: Int, _ list: String) -> String {
        let before = checks[..<index].count { $0.id == checks[index].id }
        return "\(checks[index].id)/left-out\(before == 0 ? "" : "-\(before + 1)")@\(list)"
    }
}

extension Array {
    fileprivate func without(at index: Int) -> [Element] {
        var others = self
        others.remove(at: index)
        return others
    }
}
