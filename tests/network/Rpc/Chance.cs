using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>Messages of any type, filled by chance with what somebody might send.</summary>
internal static class Chance
{
    private static readonly string[] Texts =
        ["", "lt", "en", "LT-57", "2026-01-01", "24/7", "x", "A B", "-1", "*", "name.lt", "..", "\u202e", "\uffff", "ąčę", "0190a0a0-0000-7000-8000-000000000000", "lt-adm-chance", "lt-adm-chance-x", new string('y', 300)];

    public static IMessage Empty(MessageDescriptor type) => type.Parser.ParseFrom(ByteString.Empty);

    public static IMessage Fill(Random random, MessageDescriptor type, int depth = 0)
    {
        var message = Empty(type);
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            if (random.Next(4) == 0 || depth > 4) continue;
            if (field.IsMap)
            {
                for (var i = random.Next(3); i > 0; i--) ((IDictionary)field.Accessor.GetValue(message))[Text(random)] = Text(random);
            }
            else if (field.IsRepeated)
            {
                for (var i = random.Next(3); i > 0; i--) ((IList)field.Accessor.GetValue(message)).Add(Value(random, field, depth));
            }
            else field.Accessor.SetValue(message, Value(random, field, depth));
        }
        return message;
    }

    private static string Text(Random random) => Texts[random.Next(Texts.Length)];

    private static object Value(Random random, FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.String => Text(random),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Int32 => One<int>(random, 0, 1, -1, 17, int.MinValue, int.MaxValue),
        FieldType.Int64 => One<long>(random, 0, -1, long.MinValue, long.MaxValue),
        FieldType.Double => One<double>(random, 0, double.NaN, double.NegativeInfinity, 54.5, -0.0, double.Epsilon),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, One<int>(random, 0, 1, 2, 3, 99, -5)),
        FieldType.Message => Fill(random, field.MessageType, depth + 1),
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };

    private static T One<T>(Random random, params T[] among) => among[random.Next(among.Length)];
}
