-- A sale as one function, one transaction: the same effects on the same tables, without a step outside the server.
CREATE OR REPLACE FUNCTION bench_sell(of_store bigint, terminal bigint, seller text, wanted bigint[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    sale uuid := {new_id};
    command uuid := {new_id};
    total bigint;
    invoice text;
    debited integer;
BEGIN
    SELECT sum(price_minor) INTO total FROM inventory_product WHERE id = ANY (wanted);
    INSERT INTO orders_order (id, store_id, terminal_id, created_by, status, payment_status, fulfilment, payment_terms, currency,
        total_minor, paid_minor, refunded_minor, reference, fingerprint, invoice_pending, created_at)
    VALUES (sale, of_store, terminal, seller, 'draft', 'unpaid', 'immediate', 'prepaid', 'GBP', total, 0, 0, '', '', false, now());
    INSERT INTO orders_orderline (id, order_id, store_id, product_id, position, sku, name, tracks_stock, quantity,
        list_price_minor, unit_price_minor, net_minor, shipped_quantity, returned_quantity, backordered_quantity)
    SELECT {new_id}, sale, of_store, product.id, place - 1, sku, name, tracks_stock, 1, price_minor, price_minor, price_minor, 1, 0, 0
    FROM unnest(wanted) WITH ORDINALITY AS line (product_id, place)
    JOIN inventory_product AS product ON product.id = line.product_id;

    PERFORM FROM inventory_stocklevel WHERE product_id = ANY (wanted) ORDER BY id FOR NO KEY UPDATE;
    WITH level AS (
        UPDATE inventory_stocklevel SET on_hand = on_hand - 1
        WHERE product_id = ANY (wanted) AND on_hand > reserved RETURNING id, location_id, on_hand, reserved
    )
    INSERT INTO inventory_stockmovement (store_id, level_id, location_id, kind, quantity_change, reserved_change, quantity_after,
        reserved_after, reference, reason, order_id, command_id, created_by, created_at)
    SELECT of_store, id, location_id, 'outbound', -1, 0, on_hand, reserved, '', '', sale, command, seller, now() FROM level;
    GET DIAGNOSTICS debited = ROW_COUNT;
    IF debited < cardinality(wanted) THEN
        RAISE EXCEPTION 'not enough stock';
    END IF;

    INSERT INTO orders_payment (id, store_id, order_id, command_id, kind, method, amount_minor, tendered_minor,
        reference, created_at)
    VALUES ({new_id}, of_store, sale, command, 'tender', 'cash', total, total, '', now());
    INSERT INTO orders_journalentry (id, store_id, order_id, command_id, kind, currency, day, postings, created_at)
    VALUES ({new_id}, of_store, sale, command, 'sale', 'GBP', current_date,
        jsonb_build_array(jsonb_build_array('cash', total), jsonb_build_array('revenue', -total)), now());
    INSERT INTO orders_statuschange (store_id, order_id, command_id, kind, from_status, to_status, terminal, reason, at)
    VALUES (of_store, sale, command, 'pay', 'draft', 'paid', seller, '', now());

    UPDATE orders_invoicenumber SET state = 'assigned', order_id = sale, command_id = command, assigned_at = now()
    WHERE id = (
        SELECT id FROM orders_invoicenumber WHERE store_id = of_store AND state = 'free'
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING number INTO STRICT invoice;
    UPDATE orders_order SET status = 'paid', payment_status = 'paid', paid_minor = total, paid_at = now(),
        business_day = current_date
    WHERE id = sale;
    INSERT INTO orders_command (id, store_id, terminal_id, issued_by, key, fingerprint, kind, order_id, payload, state,
        outcome_code, outcome, result, attempts, last_error, ring_at, accepted_at, settled_at)
    VALUES (command, of_store, terminal, seller, sale::text, '', 'pay', sale,
        jsonb_build_object('tenders', jsonb_build_array(jsonb_build_object('method', 'cash', 'amount_minor', total))),
        'succeeded', 'applied', '{{"detail": "", "lines": []}}', jsonb_build_object('invoice_number', invoice),
        0, '', now(), now(), now());
    RETURN invoice;
END $$;
