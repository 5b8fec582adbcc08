using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Tiltas.TestKit;

/// <summary>A protobuf message read by field number, without its schema.</summary>
public sealed class Wire
{
    private readonly List<(int Field, ulong Number, byte[]? Bytes)> _fields = [];

    /// <summary>Reads one message.</summary>
    public static Wire Of(byte[] bytes)
    {
        var wire = new Wire();
        var at = 0;
        while (at < bytes.Length)
        {
            var key = Varint(bytes, ref at);
            var field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    wire._fields.Add((field, Varint(bytes, ref at), null));
                    break;
                case 1:
                    wire._fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)), null));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(bytes, ref at);
                    wire._fields.Add((field, 0, bytes[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    wire._fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)), null));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException("Not a protobuf message.");
            }
        }
        return wire;
    }

    /// <summary>The messages in this field.</summary>
    public IEnumerable<Wire> All(int field) => Raw(field).Select(Of);

    /// <summary>The field as text.</summary>
    public string Text(int field) => Encoding.UTF8.GetString(Raw(field).FirstOrDefault() ?? []);

    /// <summary>The field's bytes in hex.</summary>
    public string Hex(int field) => Convert.ToHexStringLower(Raw(field).FirstOrDefault() ?? []);

    /// <summary>The field as a number.</summary>
    public ulong Number(int field) => _fields.FirstOrDefault(one => one.Field == field).Number;

    /// <summary>Attributes in this field: key in 1, value in 2 with its text in 1 or its number in 3.</summary>
    public Dictionary<string, string> Attributes(int field) => All(field).ToDictionary(
        one => one.Text(1),
        one => one.All(2).Single() is var value && value.Raw(1).Any() ? value.Text(1) : value.Number(3).ToString(CultureInfo.InvariantCulture));

    private IEnumerable<byte[]> Raw(int field) => _fields.Where(one => one.Field == field && one.Bytes is not null).Select(one => one.Bytes!);

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
