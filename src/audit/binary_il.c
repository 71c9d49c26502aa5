/*
 * The code of .NET methods: which numbers are handed to what sets protocols. ECMA-335,
 * II.25.4: bodies; III: instructions.
 */
#include "audit/binary_clr.h"

#include "audit/binary_code.h"

#define TYPES_MAX   100000
#define METHODS_MAX 1000000

enum { OP_SWITCH = 0x45, OP_PREFIX = 0xfe };

/* Operands of instructions; those of none are not here. */
static const struct {
	uint8_t first, last, len;
} operands[] = {
	{ 0x0e, 0x13, 1 }, /* ldarg.s to stloc.s */
	{ 0x1f, 0x1f, 1 }, /* ldc.i4.s */
	{ 0x20, 0x20, 4 }, /* ldc.i4 */
	{ 0x21, 0x21, 8 }, /* ldc.i8 */
	{ 0x22, 0x22, 4 }, /* ldc.r4 */
	{ 0x23, 0x23, 8 }, /* ldc.r8 */
	{ 0x27, 0x29, 4 }, /* jmp, call, calli */
	{ 0x2b, 0x37, 1 }, /* br.s to blt.un.s */
	{ 0x38, 0x44, 4 }, /* br to blt.un */
	{ 0x6f, 0x75, 4 }, /* callvirt to isinst */
	{ 0x79, 0x79, 4 }, /* unbox */
	{ 0x7b, 0x81, 4 }, /* ldfld to stobj */
	{ 0x8c, 0x8d, 4 }, /* box, newarr */
	{ 0x8f, 0x8f, 4 }, /* ldelema */
	{ 0xa3, 0xa5, 4 }, /* ldelem, stelem, unbox.any */
	{ 0xc2, 0xc2, 4 }, /* refanyval */
	{ 0xc6, 0xc6, 4 }, /* mkrefany */
	{ 0xd0, 0xd0, 4 }, /* ldtoken */
	{ 0xdd, 0xdd, 4 }, /* leave */
	{ 0xde, 0xde, 1 }, /* leave.s */
};

/* The same behind the prefix. */
static const struct {
	uint8_t first, last, len;
} more_operands[] = {
	{ 0x06, 0x07, 4 }, /* ldftn, ldvirtftn */
	{ 0x09, 0x0e, 2 }, /* ldarg to stloc */
	{ 0x12, 0x12, 1 }, /* unaligned */
	{ 0x15, 0x16, 4 }, /* initobj, constrained */
	{ 0x19, 0x19, 1 }, /* no */
	{ 0x1c, 0x1c, 4 }, /* sizeof */
};

struct il_method {
	const struct clr *clr;
	struct bytes space; /* of its type */
	struct bytes type;
	struct bytes name;
	struct steps steps;
};

static size_t operand_len(uint8_t op)
{
	for (size_t i = 0; i < COUNT_OF(operands); i++)
		if (op >= operands[i].first && op <= operands[i].last)
			return operands[i].len;
	return 0;
}

static size_t more_operand_len(uint8_t op)
{
	for (size_t i = 0; i < COUNT_OF(more_operands); i++)
		if (op >= more_operands[i].first && op <= more_operands[i].last)
			return more_operands[i].len;
	return 0;
}

/* An assembly calls thousands of methods: those are kept that take a protocol. */
static bool is_kept(struct bytes name)
{
	return bytes_find(name, bytes_of_string("Protocol")) < name.len ||
	       bytes_find(name, bytes_of_string("AuthenticateAs")) < name.len;
}

static void take_call(struct il_method *method, uint32_t token, size_t at)
{
	const struct clr *clr = method->clr;
	struct binary_reading *reading = clr->pe->reading;
	struct fact_argument arguments[FACT_ARGUMENTS_MAX], *kept;
	struct clr_member member = { 0 };

	if (token >> 24 == TABLE_MEMBER_REF)
		member = clr_member(clr, token & 0xffffff);
	steps_arguments(&method->steps, member.parameters, arguments);
	steps_add(&method->steps, STEP_RESULT);
	if (!is_kept(member.name) || member.parameters == 0 ||
		member.parameters > FACT_ARGUMENTS_MAX || binary_is_full(reading))
		return;
	kept = arena_take(reading->arena, sizeof arguments);
	if (kept == NULL) {
		reading->no_memory = true;
		return;
	}
	memcpy(kept, arguments, sizeof arguments);
	binary_add(reading,
		&(const struct fact){ .kind = FACT_CALL,
			.name = clr_dotted(clr, member.space, member.type, member.name),
			.by = clr_dotted(clr, method->space, method->type, method->name),
			.arguments = kept,
			.argument_count = member.parameters,
			.at = at,
			.len = 1 });
}

static bool is_value(uint8_t op)
{
	return (op >= 0x02 && op <= 0x09) || op == 0x0e ||
	       op == 0x11 ||                           /* ldarg, ldloc */
	       op == 0x14 || op == 0x72 || op == 0x7e; /* ldnull, ldstr, ldsfld */
}

static void take_step(
	struct il_method *method, uint8_t op, struct reader operand, size_t at)
{
	struct steps *steps = &method->steps;

	if (op >= 0x16 && op <= 0x1e) /* ldc.i4.0 to .8 */
		steps_number(steps, (uint64_t)op - 0x16);
	else if (op == 0x1f) /* ldc.i4.s */
		steps_number(steps, reader_u8(&operand));
	else if (op == 0x20) /* ldc.i4 */
		steps_number(steps, read_le32(&operand));
	else if (is_value(op))
		steps_add(steps, STEP_VALUE);
	else if (op == 0x25) /* dup */
		steps_add(steps, STEP_COPY);
	else if (op == 0x60) /* or */
		steps_add(steps, STEP_OR);
	else if (op == 0x2b || op == 0x38) /* br */
		steps_add(steps, STEP_JUMP);
	else if (op == 0x28 || op == 0x6f || op == 0x73) /* call, callvirt, newobj */
		take_call(method, read_le32(&operand), at);
	else if (op != 0x00) /* nop changes nothing */
		steps_add(steps, STEP_OTHER);
}

static void take_code(struct il_method *method, struct bytes all)
{
	struct reader code = reader_over(all);
	struct binary_reading *reading = method->clr->pe->reading;

	while (reader_more(&code)) {
		size_t at = all.len - reader_left(&code);
		uint8_t op = reader_u8(&code);

		if (op == OP_SWITCH) {
			(void)reader_take(&code, (size_t)read_le32(&code) * 4);
			steps_add(&method->steps, STEP_OTHER);
		} else if (op == OP_PREFIX) {
			(void)reader_take(&code, more_operand_len(reader_u8(&code)));
			steps_add(&method->steps, STEP_OTHER);
		} else {
			take_step(method, op, reader_child(&code, operand_len(op)),
				binary_offset(reading, all) + at);
		}
	}
	if (reader_fault(&code) != ERR_OK)
		reading->cut = true;
}

/* II.25.4: a header of one byte, or of twelve. */
static struct bytes body_at(const struct clr *clr, uint32_t address)
{
	struct reader r = pe_from(clr->pe, address);
	uint8_t first = reader_u8(&r);
	uint32_t len = first >> 2;

	if ((first & 3) == 3) {
		(void)reader_take(&r, 3);
		len = read_le32(&r);
		(void)read_le32(&r); /* local variables */
	}
	return reader_take(&r, len);
}

/* *left: bytes of code until bodies are more than the file, as those are that overlap. */
static void take_method(const struct clr *clr, uint32_t row, struct bytes space,
	struct bytes type, size_t *left)
{
	struct il_method method = { .clr = clr, .space = space, .type = type };
	struct reader r = clr_row(clr, TABLE_METHOD, row);
	uint32_t address = read_le32(&r);

	(void)reader_take(&r, 4); /* flags */
	method.name = clr_string(clr, clr_string_index(clr, &r));
	if (reader_fault(&r) == ERR_OK && address != 0) {
		struct bytes body = body_at(clr, address);

		if (body.len > *left) {
			clr->pe->reading->cut = true;
			body.len = *left;
		}
		*left -= body.len;
		take_code(&method, body);
	}
}

/* Where the methods of a type begin; behind the last type, behind the last method. */
static uint32_t first_method(const struct clr *clr, uint32_t type)
{
	struct reader r = clr_row(clr, TABLE_TYPE_DEF, type);

	if (type > clr->rows[TABLE_TYPE_DEF])
		return clr->rows[TABLE_METHOD] + 1;
	(void)read_le32(&r);
	(void)clr_string_index(clr, &r);
	(void)clr_string_index(clr, &r);
	(void)clr_coded_index(clr, &r, 'D');
	(void)clr_table_index(clr, &r, 4); /* fields */
	return clr_table_index(clr, &r, TABLE_METHOD);
}

/* II.22.37: types are in the order of their methods. */
void binary_read_il(const struct clr *clr)
{
	size_t left = clr->pe->reading->file.len;
	uint32_t row = 1;

	for (uint32_t i = 1; i <= clr->rows[TABLE_TYPE_DEF] && i < TYPES_MAX; i++) {
		struct reader r = clr_row(clr, TABLE_TYPE_DEF, i);
		uint32_t end = first_method(clr, i + 1);
		struct bytes type, space;

		(void)read_le32(&r);
		type = clr_string(clr, clr_string_index(clr, &r));
		space = clr_string(clr, clr_string_index(clr, &r));
		for (; row < end && row <= clr->rows[TABLE_METHOD] && row < METHODS_MAX;
			row++)
			take_method(clr, row, space, type, &left);
	}
}
