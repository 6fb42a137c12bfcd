internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import Wire

/// An invoice with a payment hash, as a recipient makes it who is there when the request comes.
struct OrdinaryInvoice: Sendable {
    /// The signed stream, for record 66.
    let bytes: [UInt8]
    let path: BlindedPath
    let payment_hash: [UInt8]
    /// The bytes of the request that it answers.
    let request: [UInt8]
    let amount_msat: UInt64
}

/// Ordinary invoices for a payer of static ones. It may pay them, as any payer does, or pass them over; but not beside a static one.
extension ScenarioExecutor {
    mutating func makeOrdinaryInvoice(_ step: MakeOrdinaryInvoiceStep) throws(ScenarioHalt) -> OrdinaryInvoice {
        let owner = try actor(step.by)
        let request = try names.request(step.request)
        let path = try makePath("\(step.name) payment path", owner, records: [Self.constraints])
        let builder = KeysendInvoiceBuilder(
            offer: try names.offer(step.offer),
            payment_paths: [StaticInvoiceBuilder.PaymentPath(path: path, payinfo: Self.payinfo)],
            created_at: now,
            profile: profile
        )
        let payment_hash = Hash.sha256(entropy.next32().bytes).bytes
        do {
            var validation = Validation(.strict)
            let read = try InvoiceRequest.read(request[...], &validation)
            guard let amount_msat = read.expected_msat else {
                throw ScenarioHalt.scenarioError("no amount is asked for")
            }
            // BOLT 12: all of the request but its signature.
            let asked = read.decoded.stream.records.filter { record in
                !Bolt12Range.isOffer(record.type) && record.type != Bolt12Signature.type
            }
            let own = [
                TLVRecord(type: 168, value: payment_hash),
                TLVRecord(type: 170, value: TruncatedInteger.encode(amount_msat)),
            ]
            let stream = try builder.build(key: owner.signing_key) { asked + $0 + own }
            return OrdinaryInvoice(
                bytes: stream.bytes,
                path: path,
                payment_hash: payment_hash,
                request: request,
                amount_msat: amount_msat
            )
        } catch let halt as ScenarioHalt {
            throw halt
        } catch {
            throw .scenarioError("\(step.name): \(error)")
        }
    }

    /// The ordinary invoice over whose path a payment goes.
    func ordinaryInvoice(paidBy payload: PaymentPayload) -> OrdinaryInvoice? {
        payer.ordinaryInvoices.first {
            $0.path.hops.last?.encrypted_recipient_data == payload.decoded.stream[10]
        }
    }

    /// It has the invoice's hash and no preimage (ASY-P4); the request was not paid before (ASY-M1), and it is what was asked for
    /// (ASY-M3). `payer.paid` has the payment already.
    mutating func judgeOrdinary(
        _ payment: PaidHTLC,
        _ payload: PaymentPayload,
        _ invoice: OrdinaryInvoice,
        paidBefore before: UInt64
    ) {
        if payload.hasPreimage {
            noteLoss("ASY-P4", "a payment for an invoice with a payment hash brings a preimage along")
        } else if payment.payment_hash.bytes != invoice.payment_hash {
            noteLoss("ASY-P4", "the payment has another hash than the invoice that it is for")
        }
        let total = payload.total_amount_msat ?? payment.amount_msat
        if before > 0, before &+ payment.amount_msat > total { noteLoss("ASY-M1", "this request was paid before") }
        if total < invoice.amount_msat || total / 2 > invoice.amount_msat {
            noteLoss("ASY-M3", "\(total) msat are paid for an invoice of \(invoice.amount_msat)")
        }
    }
}
